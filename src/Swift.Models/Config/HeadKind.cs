namespace Swift.Models.Config;

/// <summary>What stands behind a decoder's last layer. <c>architectures</c> of <c>config.json</c> names it.</summary>
public enum HeadKind
{
    /// <summary>Logits of the next token (<c>…ForCausalLM</c>).</summary>
    CausalLanguageModel,

    /// <summary>A score for each label from the last token (<c>…ForSequenceClassification</c>); with one label a reward.</summary>
    SequenceClassification,

    /// <summary>The same through a hidden layer with ReLU, one score unless the file says otherwise (<c>Qwen2ForRewardModel</c>).</summary>
    HiddenLayerReward,

    /// <summary>The hidden states themselves, pooled to one vector a text (<c>…Model</c>).</summary>
    Embedding,
}
