using Swift.Api.Pipelines.Reading;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>Checks the files of the base model: they are there, of a kind that can be used, and model and tokenizer fit each other.</summary>
/// <param name="MaxPositionEmbeddings">Null when the model could not be read.</param>
/// <param name="TokenizerSize">Null when the tokenizer could not be read.</param>
internal sealed record ModelInputs(int? MaxPositionEmbeddings, int? TokenizerSize)
{
    public static ModelInputs Check(ModelSpec model, SpecificationErrors errors)
    {
        int? vocabulary = model.Config?.VocabSize, positions = model.Config?.MaxPositionEmbeddings;
        string? problem;
        if (model.Path is { } folder && !errors.Knows("model.path"))
        {
            var facts = ModelFolderFacts.Read(folder, out problem);
            if (problem is not null) errors.Add("model.path", problem);
            (vocabulary, positions) = (facts?.VocabSize, facts?.MaxPositionEmbeddings);
        }

        var (tokenizer, field) = model.Tokenizer is not null ? (model.Tokenizer, "model.tokenizer") : (model.Path, "model.path");
        if (tokenizer is null || errors.Knows(field)) return new ModelInputs(positions, null);

        var size = TokenizerFacts.Read(tokenizer, out problem)?.Size;
        if (problem is not null) errors.Add(field, problem);
        if (size > vocabulary)
        {
            if (model.Path is null)
                errors.Add("model.config.vocab_size", $"Is {vocabulary}, but the tokenizer has ids up to {size - 1}; write {size} or more, or leave it out.");
            else
                errors.Add(field, $"The tokenizer does not belong to the model: it has ids up to {size - 1}, and the model knows {vocabulary} tokens.");
        }
        return new ModelInputs(positions, size);
    }
}
