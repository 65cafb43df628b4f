using System.CommandLine;
using System.Diagnostics;
using Swift.Cli.Generation;
using Swift.Cli.Terminal;
using Swift.Contracts.Chat;
using Swift.Inference.Engine;
using Swift.Inference.Sampling;

namespace Swift.Cli.Commands.Models;

/// <summary><c>swift infer</c></summary>
internal sealed class Infer : SwiftCommand
{
    private static readonly SamplingParameters Defaults = new();

    private readonly Option<string> _model = new("--model") { Description = "A Hugging Face folder or a GGUF file", HelpName = "PATH", Required = true };
    private readonly Option<string> _prompt = new("--prompt") { Description = "Default: standard input", HelpName = "TEXT" };
    private readonly Option<bool> _chat = new("--chat") { Description = "The prompt is a user's turn, put into the model's chat template" };
    private readonly Option<string> _system = new("--system") { Description = "System message; implies --chat", HelpName = "TEXT" };
    private readonly Option<bool> _stream = new("--stream") { Description = "Prints the text while it comes" };
    private readonly Option<double> _temperature = new("--temperature") { Description = "0 = greedy", DefaultValueFactory = _ => Defaults.Temperature };
    private readonly Option<int> _topK = new("--top_k") { Description = "Only the k most probable tokens; 0 or -1 = all", DefaultValueFactory = _ => Defaults.TopK };
    private readonly Option<double> _topP = new("--top_p") { Description = "Only the most probable tokens that together have this probability", DefaultValueFactory = _ => Defaults.TopP };
    private readonly Option<double> _minP = new("--min_p") { Description = "Only tokens at least this probable relative to the most probable one", DefaultValueFactory = _ => Defaults.MinP };
    private readonly Option<double> _repetition = new("--repetition_penalty") { Description = "Above 1, tokens that occurred become less likely", DefaultValueFactory = _ => Defaults.RepetitionPenalty };
    private readonly Option<int> _maxNewTokens = new("--max_new_tokens") { Description = "Longest completion", DefaultValueFactory = _ => Defaults.MaxNewTokens };
    private readonly Option<long> _seed = new("--seed") { Description = "The same seed draws the same tokens", DefaultValueFactory = _ => 42 };
    private readonly Option<string[]> _stop = new("--stop_words") { Description = "Texts that end the completion", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string> _device = DeviceOption.Create();

    public Infer() : base("infer", "Completes a prompt with a model on disk, without a server")
    {
        foreach (Option option in new Option[]
                 { _model, _prompt, _chat, _system, _stream, _temperature, _topK, _topP, _minP, _repetition, _maxNewTokens, _seed, _stop, _device })
            Add(option);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        SamplingParameters sampling = new()
        {
            Temperature = run.Get(_temperature),
            TopK = run.Get(_topK),
            TopP = run.Get(_topP),
            MinP = run.Get(_minP),
            RepetitionPenalty = run.Get(_repetition),
            MaxNewTokens = run.Get(_maxNewTokens),
            Seed = run.Get(_seed),
            Stop = run.Get(_stop) ?? [],
        };
        sampling.Validate();
        var prompt = run.Get(_prompt) ?? await Console.In.ReadToEndAsync(ct);
        using var model = LocalModel.Load(run.GetRequired(_model), run.Get(_device)!);
        var request = run.Get(_chat) || run.Has(_system) ? model.Chat(Messages(prompt, run.Get(_system)), sampling) : model.Text(prompt, sampling);

        var started = Stopwatch.GetTimestamp();
        var completion = await CompleteAsync(model.Engine, request, run.Get(_stream) && !run.Output.Json, ct);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (run.Output.Json)
            run.Output.JsonLine(
                new Answer(completion.Text, request.PromptTokens.Count, completion.Tokens.Count, completion.FinishReason.ToString().ToLowerInvariant(), seconds),
                indented: true);
        else if (!run.Get(_stream))
            Console.Out.WriteLine(completion.Text);
        run.Output.Message($"{completion.Tokens.Count} tokens in {Formats.Number(seconds)} s");
        return ExitCode.Done;
    }

    private static IReadOnlyList<ChatMessage> Messages(string prompt, string? system) =>
        system is null ? [new ChatMessage("user", prompt)] : [new ChatMessage("system", system), new ChatMessage("user", prompt)];

    private static async Task<Completion> CompleteAsync(GenerationEngine engine, GenerationRequest request, bool print, CancellationToken ct)
    {
        if (!print)
            return (await engine.GenerateAsync([request], ct: ct))[0];
        Completion? finished = null;
        await foreach (var delta in engine.StreamAsync([request], ct))
        {
            await Console.Out.WriteAsync(delta.Text);
            await Console.Out.FlushAsync(ct);
            finished = delta.Finished ?? finished;
        }
        await Console.Out.WriteLineAsync();
        return finished!;
    }

    private sealed record Answer(string Text, int PromptTokens, int Tokens, string FinishReason, double Seconds);
}
