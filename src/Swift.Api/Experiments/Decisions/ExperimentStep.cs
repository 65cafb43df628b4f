using Swift.Api.Experiments.Aggregate;
using Swift.Api.Registry.Decisions;
using Swift.Contracts.Events;
using Swift.Contracts.Messages;

namespace Swift.Api.Experiments.Decisions;

/// <summary>One step of the saga as a pure function: a message, and everything that follows from it until only waiting is left.</summary>
public static class ExperimentStep
{
    /// <param name="message">An <see cref="ISegmentReply"/>, a <see cref="SegmentLost"/>, or anything else for "look what is to be done".</param>
    /// <param name="registry">What a running register stage writes to; without it such a stage waits.</param>
    /// <param name="now">Time of the events in the state returned; the stored events get theirs from the store.</param>
    public static (Experiment After, IReadOnlyList<IExperimentEvent> Events) Take(
        Experiment before, object message, DateTimeOffset now, RegistryLookup? registry = null)
    {
        var (state, events) = (before, new List<IExperimentEvent>());
        void Follow(IReadOnlyList<IExperimentEvent> decided)
        {
            foreach (var e in decided)
            {
                state = ExperimentFold.Apply(before.Id, state, new Happened(e, state.Version + 1, now, null))!;
                events.Add(e);
            }
        }

        Follow(message switch
        {
            ISegmentReply reply => ExperimentDecisions.On(state, reply),
            SegmentLost lost => ExperimentDecisions.Lost(state, lost),
            _ => [],
        });
        for (var decided = ExperimentDecisions.Next(state, registry); decided.Count > 0; decided = ExperimentDecisions.Next(state, registry))
        {
            Follow(decided);
        }
        return (state, events);
    }

    /// <summary>The commands that the events ask for and that still make sense in the state they led to.</summary>
    public static IEnumerable<ISegmentCommand> Commands(Experiment after, IReadOnlyList<IExperimentEvent> events) =>
        from requested in events.OfType<SegmentRequested>()
        let segment = after.Stages[requested.Stage].Outstanding
            .FirstOrDefault(outstanding => outstanding.Name == requested.Segment && outstanding.Attempt == requested.Attempt)
        where segment is not null
        select SegmentCommands.For(after, requested.Stage, segment);
}
