using Swift.Contracts.Chat;
using Swift.Inference.Engine;
using Swift.Inference.Sampling;
using Swift.Models;

namespace Swift.Cli.Generation;

/// <summary>A model on disk, loaded into this process with an engine around it.</summary>
internal sealed class LocalModel : IDisposable
{
    private readonly CausalLanguageModel _model;

    private LocalModel(CausalLanguageModel model)
    {
        _model = model;
        Engine = new GenerationEngine(model);
    }

    public GenerationEngine Engine { get; }

    /// <param name="path">A Hugging Face folder or a GGUF file.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    public static LocalModel Load(string path, string device) =>
        new(CausalLanguageModel.Load(path, DeviceOption.Read(device)));

    /// <summary>A text to go on from, as the model expects a text to begin.</summary>
    public GenerationRequest Text(string prompt, SamplingParameters sampling)
    {
        var ids = _model.Tokenizer.Encode(prompt);
        return new GenerationRequest
        {
            PromptTokens = _model.Tokenizer is { AddBos: true, BosTokenId: { } bos } ? [bos, .. ids] : ids,
            Sampling = sampling,
        };
    }

    /// <summary>A conversation to answer, through the model's chat template, which writes every special token itself.</summary>
    public GenerationRequest Chat(IReadOnlyList<ChatMessage> messages, SamplingParameters sampling) => new()
    {
        PromptTokens = _model.Tokenizer.Encode(_model.Template.Render(messages, addGenerationPrompt: true)),
        Sampling = sampling,
    };

    public void Dispose()
    {
        Engine.Dispose();
        _model.Dispose();
    }
}
