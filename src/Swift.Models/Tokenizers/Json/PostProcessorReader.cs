using System.Text.Json;
using Swift.Models.Tokenizers.PostProcessors;

namespace Swift.Models.Tokenizers.Json;

/// <summary>The <c>post_processor</c> of <c>tokenizer.json</c>, for one sequence.</summary>
internal static class PostProcessorReader
{
    /// <returns>Null where it adds no ids (ByteLevel only moves offsets).</returns>
    public static PostProcessor? Read(JsonElement element) => element.Text("type") switch
    {
        "ByteLevel" => null,
        "Sequence" => new PostProcessorSequence([.. element.Items("processors").Select(Read).OfType<PostProcessor>()]),
        "TemplateProcessing" => ReadTemplate(element),
        "BertProcessing" or "RobertaProcessing" => new SurroundingTokens([element.Require("cls")[1].GetInt32()], [element.Require("sep")[1].GetInt32()]),
        var other => throw JsonFields.Unsupported($"the post-processor {other}"),
    };

    private static SurroundingTokens ReadTemplate(JsonElement element)
    {
        List<int> before = [], after = [];
        var current = before;
        foreach (var part in element.Items("single"))
        {
            if (part.Find("Sequence") is not null)
            {
                current = after;
                continue;
            }
            var token = element.Require("special_tokens").Require(part.Require("SpecialToken").Text("id"));
            current.AddRange(token.Items("ids").Select(id => id.GetInt32()));
        }
        return new SurroundingTokens([.. before], [.. after]);
    }
}
