using Swift.Cli.Commands.Data;
using Swift.Cli.Hosting;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;
using Swift.Data.Arithmetic;
using Swift.Hosting.Bus;
using Swift.Models.Tokenizers;
using Swift.Testing;

namespace Swift.EndToEnd.Tests.Pipelines;

/// <summary>A pipeline with every kind of stage that workers do, small enough for seconds, and the whole product to run it.</summary>
internal static class SmallPipeline
{
    /// <param name="supervised">The <c>train</c> section of the sft stage.</param>
    /// <returns>The path of the specification; its rows are in train.jsonl and test.jsonl beside it.</returns>
    internal static string Write(TemporaryFolder folder, int trainRows, int testRows, string supervised)
    {
        ArithmeticProblems.Write(folder["train.jsonl"], folder["test.jsonl"], new ArithmeticOptions { Train = trainRows, Test = testRows });
        BytePairTrainer.Train(
            TrainTokenizer.Texts(folder["train.jsonl"], report: null, TestContext.Current.CancellationToken), new BytePairTrainerOptions { VocabularySize = 320 }, folder["tokenizer"]);
        File.WriteAllText(folder["pipeline.yaml"], $$"""
            name: small
            model:
              tokenizer: tokenizer
              config: { hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 256 }
            stages:
              - kind: sft
                data: { dataset: [train.jsonl], packing: true }
                train: { {{supervised}} }
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
        return folder["pipeline.yaml"];
    }

    /// <summary>API, PostgreSQL and every worker in this process.</summary>
    internal static Task<Product> StartProduct(string data, BusSettings bus)
    {
        var settings = new ServerSettings(data, Path.Combine(data, "artifacts"), null, bus, ServerSettings.Loopback, 0);
        return Product.StartAsync(settings, api: true, Enum.GetValues<WorkerKind>(), _ => { }, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the experiment has succeeded.</summary>
    internal static async Task<ExperimentView> Finish(ISwiftApi api, Guid id)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience.Longest);
        while (true)
        {
            var view = await api.GetExperiment(id, deadline.Token);
            if (view.Status is ExperimentStatus.Succeeded)
                return view;
            view.Status.ShouldNotBe(ExperimentStatus.Failed, view.Failure?.Message);
            await Task.Delay(100, deadline.Token);
        }
    }
}
