using System.Buffers.Binary;
using Quartz;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Timing;

/// <summary>
/// The moments that a schedule's rule names, always in UTC. Only the rule decides: no clock, no memory. What happens in the nights
/// in which clocks change is tabled in docs/schedules.md.
/// </summary>
internal sealed class NominalTimes
{
    private readonly ScheduleSpec _spec;
    private readonly CronExpression _cron;
    private readonly TimeZoneInfo _zone;

    /// <param name="spec">Has passed <see cref="ScheduleRules"/>, perhaps on another node.</param>
    /// <exception cref="ProblemException"><c>schedule_unreadable</c>: this node does not know the time zone or cannot read the rule.</exception>
    internal NominalTimes(ScheduleSpec spec)
    {
        _spec = spec;
        try
        {
            _zone = TimeZoneInfo.FindSystemTimeZoneById(spec.TimeZone);
            _cron = Parse(spec.Cron).WithTimeZone(_zone);
        }
        catch (Exception unknown) when (unknown is TimeZoneNotFoundException or InvalidTimeZoneException or FormatException)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "schedule_unreadable",
                unknown is FormatException
                    ? $"This node cannot read the rule \"{spec.Cron}\" any more: {unknown.Message}"
                    : $"The time zone data of this node do not have {spec.TimeZone}: bring its tzdata up to date.");
        }
    }

    /// <summary>The first nominal time after a moment; null when there is none.</summary>
    internal DateTimeOffset? After(DateTimeOffset moment)
    {
        var after = _spec.Start is { } start && start > moment ? start.AddTicks(-1) : moment;
        return _cron.GetNextValidTimeAfter(after.ToUniversalTime()) is { } next && (_spec.End is null || next <= _spec.End)
            ? next.ToUniversalTime()
            : null;
    }

    /// <summary>When a nominal time is fired: later by the same share of the jitter, whoever calculates it.</summary>
    internal DateTimeOffset DueAt(Guid schedule, DateTimeOffset nominal)
    {
        if (_spec.Jitter == 0)
        {
            return nominal;
        }
        Span<byte> drawn = stackalloc byte[16];
        DeterministicId.From("jitter", $"{schedule:N} {nominal.UtcTicks}").TryWriteBytes(drawn);
        var milliseconds = BinaryPrimitives.ReadUInt64LittleEndian(drawn) % ((ulong)_spec.Jitter * 1000 + 1);
        return nominal.AddMilliseconds(milliseconds);
    }

    /// <summary>What the clock on the wall shows.</summary>
    internal DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, _zone);

    /// <exception cref="FormatException">Says what is wrong.</exception>
    internal static CronExpression Parse(string cron) => Fields(cron).Length switch
    {
        5 => CronExpression.Parse(cron, CronFormat.Unix),
        6 => CronExpression.Parse(cron, CronFormat.Quartz),
        _ => throw new FormatException("has neither five fields (minute, hour, day of month, month, day of week) nor six (seconds in front)"),
    };

    internal static string[] Fields(string cron) => cron.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
