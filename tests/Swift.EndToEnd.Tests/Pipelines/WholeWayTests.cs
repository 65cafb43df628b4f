using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using Swift.Cli.Api;
using Swift.Cli.Commands.Data;
using Swift.Cli.Commands.Pipelines;
using Swift.Cli.Hosting;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;
using Swift.Data.Arithmetic;
using Swift.Data.Reports;
using Swift.Hosting.Bus;
using Swift.Models.Tokenizers;
using Swift.Testing;

namespace Swift.EndToEnd.Tests.Pipelines;

/// <summary>A small pipeline from a file to a served model: real workers, PostgreSQL, bus, HTTP.</summary>
public sealed class WholeWayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_pipeline_runs_in_one_process_and_over_RabbitMQ_to_the_same_model_which_answers_OpenAIs_client()
    {
        Assert.SkipWhen(PostgresCluster.Unavailable is not null, PostgresCluster.Unavailable ?? "");
        var pipeline = SmallPipeline.Write(_folder, trainRows: 40, testRows: 6,
            "learning_rate: 1.0e-3, max_steps: 8, per_device_train_batch_size: 2, gradient_accumulation_steps: 1, segment_steps: 3");
        ExperimentView inMemory;
        await using (var product = await SmallPipeline.StartProduct(_folder["memory"], new BusSettings()))
        {
            inMemory = await Run(product, pipeline);
            await Ask(inMemory.Stages.Single(stage => stage.Name == "deploy").Endpoint!);
            foreach (var (stage, rows) in new[] { ("sft", 40), ("grpo", 40), ("eval", 6) })
                (await ReportOf(product, inMemory, stage)).Datasets.ShouldHaveSingleItem().RowsRead.ShouldBe(rows, stage);
        }
        inMemory.Stages.Single(stage => stage.Name == "eval").Scores.ShouldContainKey("accuracy");
        inMemory.Stages.Single(stage => stage.Name == "export").Artifacts.Keys.ShouldBe(["gguf-f32", "gguf-q8_0", "safetensors"], ignoreOrder: true);

        Assert.SkipWhen(RabbitMqNode.Unavailable is not null, RabbitMqNode.Unavailable ?? "");
        await using var rabbitMq = await RabbitMqNode.StartAsync(TestContext.Current.CancellationToken);
        await using var other = await SmallPipeline.StartProduct(_folder["rabbitmq"], new BusSettings(rabbitMq.Address) { StartTimeout = Patience.Longest });
        var overRabbitMq = await Run(other, pipeline);
        overRabbitMq.Model.ShouldBe(inMemory.Model);
        overRabbitMq.Stages.Select(stage => stage.SegmentsDone).ShouldBe(inMemory.Stages.Select(stage => stage.SegmentsDone));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<ExperimentView> Run(Product product, string pipeline)
    {
        using ApiConnection connection = new(product.Url, product.AdminKey);
        var accepted = await connection.Api.SubmitExperiment(new SubmitExperiment(PipelineFile.Read(pipeline)), "whole-way", TestContext.Current.CancellationToken);
        return await SmallPipeline.Finish(connection.Api, accepted.Id);
    }

    /// <summary>What a stage says of its data, as a program gets it.</summary>
    private static async Task<DataReport> ReportOf(Product product, ExperimentView experiment, string stage)
    {
        using ApiConnection connection = new(product.Url, product.AdminKey);
        var artifact = experiment.Stages.Single(one => one.Name == stage).Artifacts["data_report"];
        using var answer = await connection.Api.GetArtifact(artifact.Digest, TestContext.Current.CancellationToken);
        return JsonSerializer.Deserialize<DataReport>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), SwiftJson.Options)!;
    }

    private static async Task Ask(string endpoint)
    {
        var client = new ChatClient("small", new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(endpoint) });
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 6 };
        ChatMessage[] messages = [new UserChatMessage("Ada has 3 apples and buys 4. How many?")];
        var whole = (await client.CompleteChatAsync(messages, options, TestContext.Current.CancellationToken)).Value;
        var streamed = "";
        ChatFinishReason? reason = null;
        await foreach (var update in client.CompleteChatStreamingAsync(messages, options, TestContext.Current.CancellationToken))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
            reason = update.FinishReason ?? reason;
        }
        whole.Usage.OutputTokenCount.ShouldBeInRange(1, 6);
        streamed.ShouldBe(string.Concat(whole.Content.Select(part => part.Text)));
        reason.ShouldBe(whole.FinishReason);
    }
}
