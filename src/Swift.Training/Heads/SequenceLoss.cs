using static TorchSharp.torch;

namespace Swift.Training.Heads;

/// <summary>Losses of models that make one vector of a text. All are means over the batch, in 32-bit floats at least.</summary>
public static class SequenceLoss
{
    /// <summary>
    /// Bradley and Terry's: −log σ(chosen − rejected − margin), and <paramref name="centreCoefficient"/> · (chosen + rejected)², which keeps
    /// rewards around zero (Eisenstein et al., arXiv:2312.09244).
    /// </summary>
    /// <param name="chosen">[pairs].</param>
    /// <param name="rejected">[pairs].</param>
    /// <param name="margin">[pairs], how much better the chosen is said to be (Llama 2, arXiv:2307.09288); null = 0.</param>
    public static Tensor BradleyTerry(Tensor chosen, Tensor rejected, Tensor? margin = null, double centreCoefficient = 0)
    {
        using var scope = NewDisposeScope();
        (chosen, rejected) = (Float(chosen), Float(rejected));
        var difference = chosen.sub(rejected);
        if (margin is not null)
            difference = difference.sub(Float(margin));
        var loss = nn.functional.logsigmoid(difference).mean().neg();
        if (centreCoefficient != 0)
            loss = loss.add(chosen.add(rejected).square().mean().mul(centreCoefficient));
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>Cross-entropy: each text has one label.</summary>
    /// <param name="scores">[batch, labels].</param>
    /// <param name="labels">[batch], int64.</param>
    public static Tensor SingleLabel(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return nn.functional.cross_entropy(Float(scores), labels).MoveToOuterDisposeScope();
    }

    /// <summary>Binary cross-entropy of every label by itself, mean over texts and labels.</summary>
    /// <param name="scores">[batch, labels].</param>
    /// <param name="labels">[batch, labels], 0 or 1.</param>
    public static Tensor MultiLabel(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return nn.functional.binary_cross_entropy_with_logits(Float(scores), Float(labels)).MoveToOuterDisposeScope();
    }

    /// <summary>Squared error of numbers.</summary>
    /// <param name="scores">[batch, values].</param>
    /// <param name="values">[batch, values].</param>
    public static Tensor Regression(Tensor scores, Tensor values)
    {
        using var scope = NewDisposeScope();
        return nn.functional.mse_loss(Float(scores), Float(values)).MoveToOuterDisposeScope();
    }

    /// <summary>InfoNCE (van den Oord et al., arXiv:1807.03748): of all positives in the batch, a query's own must be the nearest.</summary>
    /// <param name="queries">[batch, hidden], of length 1.</param>
    /// <param name="positives">[batch, hidden], of length 1; row i belongs to query i.</param>
    /// <param name="temperature">Divides the cosines.</param>
    public static Tensor InfoNce(Tensor queries, Tensor positives, double temperature = 0.1)
    {
        using var scope = NewDisposeScope();
        var similarities = matmul(Float(queries), Float(positives).t()).div(temperature);
        var own = arange(queries.shape[0], ScalarType.Int64, queries.device);
        return nn.functional.cross_entropy(similarities, own).MoveToOuterDisposeScope();
    }

    private static Tensor Float(Tensor values) => values.dtype == ScalarType.Float64 ? values : values.to_type(ScalarType.Float32);
}
