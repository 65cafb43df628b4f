namespace Swift.Models.Config;

/// <summary>What stands behind a decoder's last layer. <c>architectures</c> of <c>config.json</c> names it.</summary>
public enum HeadKind
{
    /// <summary>Logits of the next token (<c>…ForCausalLM</c>).</summary>
    CausalLanguageModel,

    /// <summary>A score for each label from the last token (<c>…ForSequenceClassification</c>); with one label a reward (also <c>…ForRewardModel</c>).</summary>
    SequenceClassification,

    /// <summary>The hidden states themselves, pooled to one vector a text (<c>…Model</c>).</summary>
    Embedding,
}
