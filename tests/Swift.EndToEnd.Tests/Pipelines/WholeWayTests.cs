using System.ClientModel;
using OpenAI;
using OpenAI.Chat;
using Swift.Cli.Api;
using Swift.Cli.Commands.Data;
using Swift.Cli.Commands.Pipelines;
using Swift.Cli.Hosting;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;
using Swift.Data.Arithmetic;
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
        var pipeline = WritePipeline();
        ExperimentView inMemory;
        await using (var product = await Start("memory", new BusSettings()))
        {
            inMemory = await Run(product, pipeline);
            await Ask(inMemory.Stages.Single(stage => stage.Name == "deploy").Endpoint!);
        }
        inMemory.Stages.Single(stage => stage.Name == "eval").Scores.ShouldContainKey("accuracy");
        inMemory.Stages.Single(stage => stage.Name == "export").Artifacts.Keys.ShouldBe(["gguf-f32", "gguf-q8_0", "safetensors"], ignoreOrder: true);

        Assert.SkipWhen(RabbitMqNode.Unavailable is not null, RabbitMqNode.Unavailable ?? "");
        await using var rabbitMq = await RabbitMqNode.StartAsync(TestContext.Current.CancellationToken);
        await using var other = await Start("rabbitmq", new BusSettings(rabbitMq.Address));
        var overRabbitMq = await Run(other, pipeline);
        overRabbitMq.Model.ShouldBe(inMemory.Model);
        overRabbitMq.Stages.Select(stage => stage.SegmentsDone).ShouldBe(inMemory.Stages.Select(stage => stage.SegmentsDone));
    }

    public void Dispose() => _folder.Dispose();

    private string WritePipeline()
    {
        ArithmeticProblems.Write(_folder["train.jsonl"], _folder["test.jsonl"], new ArithmeticOptions { Train = 40, Test = 6 });
        BytePairTrainer.Train(
            TrainTokenizer.Texts(_folder["train.jsonl"], TestContext.Current.CancellationToken), new BytePairTrainerOptions { VocabularySize = 320 }, _folder["tokenizer"]);
        File.WriteAllText(_folder["pipeline.yaml"], """
            name: small
            model:
              tokenizer: tokenizer
              config: { hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 256 }
            stages:
              - kind: sft
                data: { dataset: [train.jsonl], packing: true }
                train: { learning_rate: 1.0e-3, max_steps: 8, per_device_train_batch_size: 2, gradient_accumulation_steps: 1, segment_steps: 3 }
              - kind: grpo
                data: { dataset: [train.jsonl] }
                train: { learning_rate: 1.0e-4, max_steps: 2 }
                generation: { max_new_tokens: 8 }
                grpo: { num_generations: 2, generation_batch_size: 8, rollout_shards: 2 }
              - kind: eval
                data: { dataset: [test.jsonl] }
                generation: { max_new_tokens: 8 }
              - kind: export
              - kind: deploy
            """);
        return _folder["pipeline.yaml"];
    }

    private Task<Product> Start(string name, BusSettings bus)
    {
        var data = _folder[name];
        var settings = new ServerSettings(data, Path.Combine(data, "artifacts"), null, bus, ServerSettings.Loopback, 0);
        return Product.StartAsync(settings, api: true, Enum.GetValues<WorkerKind>(), _ => { }, TestContext.Current.CancellationToken);
    }

    private static async Task<ExperimentView> Run(Product product, string pipeline)
    {
        using ApiConnection connection = new(product.Url);
        var accepted = await connection.Api.SubmitExperiment(new SubmitExperiment(PipelineFile.Read(pipeline)), "whole-way", TestContext.Current.CancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(5));
        while (true)
        {
            var view = await connection.Api.GetExperiment(accepted.Id, deadline.Token);
            if (view.Status is ExperimentStatus.Succeeded)
                return view;
            view.Status.ShouldNotBe(ExperimentStatus.Failed, view.Failure?.Message);
            await Task.Delay(100, deadline.Token);
        }
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
