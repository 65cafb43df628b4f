namespace Swift.Data.Datasets;

/// <summary>What a row must hold.</summary>
public enum RowUse
{
    /// <summary>sft: something to learn, an assistant turn.</summary>
    Learn,

    /// <summary>grpo: something to answer. Assistant turns at the end are ignored.</summary>
    Prompt,

    /// <summary>eval: something to answer and the answer to compare with.</summary>
    Evaluate,

    /// <summary>dpo and what learns from pairs: a conversation and the same with an answer that is not preferred.</summary>
    Prefer,

    /// <summary>kto: an answer, and whether it is a good one.</summary>
    Judge,
}
