using Swift.Api.Pipelines.Reading;
using Swift.Api.Pipelines.Validation;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>Lengths that the base model must be able to hold.</summary>
internal static class LengthRules
{
    public static void Check(PipelineSpec pipeline, int maxPositionEmbeddings, SpecificationErrors errors)
    {
        for (var i = 0; i < pipeline.Stages.Count; i++)
        {
            var (stage, path) = (pipeline.Stages[i], PipelineValidation.StagePath(i));
            if (stage.Data?.MaxLength > maxPositionEmbeddings)
                errors.Add($"{path}.data.max_length", $"Is {stage.Data.MaxLength}, but the model has {maxPositionEmbeddings} positions (max_position_embeddings); write that or less.");
            if (stage.Kind is not (StageKind.Grpo or StageKind.Eval)) continue;

            var newTokens = (stage.Generation ?? new GenerationSpec()).MaxNewTokens;
            if (newTokens >= maxPositionEmbeddings)
                errors.Add($"{path}.generation.max_new_tokens", $"Is {newTokens}{(stage.Generation is null ? " (the default)" : "")}, which leaves no position for a prompt: the model has {maxPositionEmbeddings} (max_position_embeddings).");
        }
    }
}
