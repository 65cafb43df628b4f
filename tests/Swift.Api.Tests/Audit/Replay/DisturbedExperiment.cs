using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Rest;
using Swift.Hosting.Bus;

namespace Swift.Api.Tests.Audit.Replay;

/// <summary>An experiment to which everything happens that can: failures, retries, a pause, late results, skipped steps.</summary>
internal static class DisturbedExperiment
{
    /// <summary>Runs one to its end.</summary>
    internal static async Task<ExperimentView> Run(ControlPlane plane, string folder)
    {
        var paused = new TaskCompletionSource();
        var retried = 0;
        plane.Script.Answers = async command =>
        {
            switch (command.Address)
            {
                case { Segment: "train-0001", Attempt: 1 }:
                    await Send(plane, new SegmentFailed(command.Address, ScriptedWorker.Identity(), new FailureReason(FailureKind.Infrastructure, "disk_full", "No space.")));
                    return false;
                case { Segment: "train-0002" }:
                    await Send(plane, (SegmentTrained)ScriptedWorker.Answer(command) with { Skipped = [201, 203] });
                    return false;
                case { Segment: "evaluate" } when Interlocked.Increment(ref retried) == 1:
                    await Send(plane, new SegmentFailed(command.Address, ScriptedWorker.Identity(), new FailureReason(FailureKind.BadInput, "no_rows", "No row is usable.")));
                    return false;
                case { Segment: "update-0000" }:
                    await Send(plane, ScriptedWorker.Answer(command));
                    await paused.Task;
                    return true; // the same result again: late
                default:
                    return true;
            }
        };
        var id = (await plane.Submit(TestPipeline.Write(folder))).Id;
        await plane.Until(id, view => view.Status == ExperimentStatus.Failed);
        await Ask(plane, id, "retry");
        await plane.Until(id, view => view.Stages[3].Status == StageStatus.Running);
        await Ask(plane, id, "pause");
        await plane.Until(id, view => view.Status == ExperimentStatus.Paused);
        paused.SetResult();
        await Ask(plane, id, "resume");
        return await plane.Until(id, view => view.Status == ExperimentStatus.Succeeded);
    }

    /// <summary>One that is cancelled while it runs.</summary>
    internal static async Task<ExperimentView> RunCancelled(ControlPlane plane, string folder)
    {
        plane.Script.Answers = command => Task.FromResult(command.Address.Segment == "prepare");
        var id = (await plane.Submit(TestPipeline.Write(folder))).Id;
        await plane.Until(id, view => view.Stages[1].Status == StageStatus.Running);
        await Ask(plane, id, "cancel");
        return await plane.Until(id, view => view.Status == ExperimentStatus.Cancelled);
    }

    /// <summary>One that registers its model.</summary>
    internal static async Task<ExperimentView> RunRegistering(ControlPlane plane, string folder, string gate = "accuracy >= 0.4")
    {
        plane.Script.Answers = _ => Task.FromResult(true);
        var pipeline = JsonSerializer.SerializeToNode(TestPipeline.Write(folder))!;
        var stages = pipeline["stages"]!.AsArray();
        pipeline["stages"] = new JsonArray(
            stages[0]!.DeepClone(), stages[1]!.DeepClone(), new JsonObject { ["kind"] = "register", ["register"] = new JsonObject { ["gates"] = new JsonArray(gate) } });
        var id = (await plane.Submit(pipeline)).Id;
        return await plane.Until(id, view => view.Status == ExperimentStatus.Succeeded);
    }

    /// <summary>All events, over REST.</summary>
    internal static async Task<IReadOnlyList<EventView>> Events(ControlPlane plane, Guid id)
    {
        var page = await plane.Http.GetFromJsonAsync<Page<EventView>>($"/v1/experiments/{id}/events?pageSize=1000", SwiftJson.Options, TestContext.Current.CancellationToken);
        page!.NextPageToken.ShouldBeNull();
        return page.Items;
    }

    private static async Task Ask(ControlPlane plane, Guid id, string command)
    {
        using var response = await plane.Http.PostAsJsonAsync($"/v1/experiments/{id}:{command}", new ExperimentCommand("to see it replayed"), SwiftJson.Options, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private static async Task Send(ControlPlane plane, object reply)
    {
        var endpoint = await plane.Services.GetRequiredService<IBus>().GetSendEndpoint(QueueNames.ExperimentsAddress);
        await endpoint.Send(reply, reply.GetType());
    }
}
