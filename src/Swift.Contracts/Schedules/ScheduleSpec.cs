using System.Text.Json.Serialization;

namespace Swift.Contracts.Schedules;

/// <summary>When a registered pipeline is run, and what happens when the run before is not over.</summary>
public sealed record ScheduleSpec
{
    /// <summary>Name of a registered pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Default: the version that is newest when the schedule fires.</summary>
    public int? PipelineVersion { get; init; }

    /// <summary>Five fields (minute, hour, day of month, month, day of week), or six with seconds in front.</summary>
    public required string Cron { get; init; }

    /// <summary>IANA name: <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Nominal times before it are not fired.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Nominal times after it are not fired.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Seconds; each fire is delayed by a share of them that follows from the schedule and the nominal time.</summary>
    public int Jitter { get; init; }

    /// <summary>What happens when an experiment of the schedule still runs.</summary>
    public OverlapPolicy Overlap { get; init; } = OverlapPolicy.Skip;

    /// <summary>Seconds after which a nominal time that could not be fired (nothing ran, the database was away) is given up and recorded as missed.</summary>
    public int CatchupWindow { get; init; } = 24 * 60 * 60;

    /// <summary>A failed experiment, or a fire that could not become one, pauses the schedule.</summary>
    public bool PauseOnFailure { get; init; }

    /// <summary>Skips a fire whose settings and data are those of the last experiment that succeeded or still runs.</summary>
    public bool OnlyIfChanged { get; init; }

    public string? Description { get; init; }
}

[JsonConverter(typeof(SnakeCaseEnumConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    /// <summary>The fire does not happen.</summary>
    Skip,
    /// <summary>One fire waits for the end; further ones do not happen.</summary>
    BufferOne,
    /// <summary>What runs is cancelled.</summary>
    CancelPrevious,
    /// <summary>Both run.</summary>
    Allow,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<FireTrigger>))]
public enum FireTrigger
{
    Cron,
    /// <summary>Somebody asked for it now.</summary>
    Manual,
    /// <summary>Somebody asked for nominal times that are past.</summary>
    Backfill,
}

/// <summary>Why a fire made no experiment.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<SkipReason>))]
public enum SkipReason
{
    /// <summary>An experiment of the schedule still ran.</summary>
    Overlap,
    /// <summary>One fire waited already.</summary>
    BufferFull,
    /// <summary>Settings and data were those of the last experiment.</summary>
    Unchanged,
    /// <summary>The experiment of this nominal time exists.</summary>
    AlreadyRan,
}

/// <summary>Why nominal times passed without a fire.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MissReason>))]
public enum MissReason
{
    /// <summary>Nothing could fire them until it was too late.</summary>
    CatchupWindow,
    Paused,
    /// <summary>They were due by the rule that was replaced at that moment.</summary>
    Changed,
    Deleted,
}
