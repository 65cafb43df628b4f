using System.CommandLine;
using System.Globalization;
using Swift.Cli.Generation;
using Swift.Cli.Terminal;
using Swift.Inference;
using Swift.Models;

namespace Swift.Cli.Commands.Models;

/// <summary><c>swift perplexity</c></summary>
internal sealed class MeasurePerplexity : SwiftCommand
{
    private readonly Option<string> _model = new("--model") { Description = "A Hugging Face folder or a GGUF file", HelpName = "PATH", Required = true };
    private readonly Option<string> _file = new("--file") { Description = "The text", HelpName = "FILE", Required = true };
    private readonly Option<int> _context = new("--context") { Description = "Positions of a window", DefaultValueFactory = _ => 512 };
    private readonly Option<int?> _bytes = new("--bytes") { Description = "Only so many bytes from the front of the text" };
    private readonly Option<string> _device = DeviceOption.Create();

    public MeasurePerplexity() : base("perplexity", "Measures how surprised a model is by a text, as llama.cpp's tool does")
    {
        Add(_model);
        Add(_file);
        Add(_context);
        Add(_bytes);
        Add(_device);
    }

    protected override Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var text = Read(run.GetRequired(_file), run.Get(_bytes));
        using var model = CausalLanguageModel.Load(run.GetRequired(_model), DeviceOption.Read(run.Get(_device)!));
        var result = Perplexity.Measure(model, text, run.Get(_context), progress: null, ct);
        run.Output.ResultText(result, r => string.Create(
            CultureInfo.InvariantCulture, $"{r.Value:F4} ± {r.StandardError:F4}  ({r.Windows} windows, {r.ScoredTokens} tokens scored)"));
        return Task.FromResult(ExitCode.Done);
    }

    private static string Read(string path, int? bytes)
    {
        if (!File.Exists(path))
            throw new UsageException($"there is no file {path}.");
        var content = File.ReadAllBytes(path);
        return System.Text.Encoding.UTF8.GetString(content, 0, Math.Min(content.Length, bytes ?? content.Length));
    }
}
