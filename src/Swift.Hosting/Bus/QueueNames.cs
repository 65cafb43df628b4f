using Swift.Contracts.Messages;

namespace Swift.Hosting.Bus;

/// <summary>The durable queues of Swift. Everything else on the bus is broadcast to temporary ones.</summary>
public static class QueueNames
{
    /// <summary>The saga: replies of workers, and <see cref="AdvanceExperiment"/>.</summary>
    public const string Experiments = "swift-experiments";
    public const string Train = "swift-train";
    public const string Rollout = "swift-rollout";
    public const string Eval = "swift-eval";
    public const string Export = "swift-export";

    /// <summary>Where the saga listens.</summary>
    public static Uri ExperimentsAddress { get; } = AddressOf(Experiments);

    /// <summary>
    /// The exchange in front of a queue; both transports have one. Never <c>queue:…</c>: sending to that
    /// declares a classic queue, which a broker refuses where a quorum queue of that name is.
    /// </summary>
    public static Uri AddressOf(string queue) => new($"exchange:{queue}");

    /// <summary>The queue of the workers that execute a command.</summary>
    public static Uri AddressOf(ISegmentCommand command) => AddressOf(command switch
    {
        PrepareModel or TrainSegment or UpdatePolicy => Train,
        GenerateRollouts or DeployModel => Rollout,
        EvaluateModel => Eval,
        ExportModel => Export,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No worker executes this command."),
    });
}
