using Swift.Data.Encodings;
using Swift.Data.Packing;
using Swift.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Training.Supervised;

/// <summary>Rows of samples as tensors. A row that holds one sample needs no mask but the causal one; packed rows get segments.</summary>
internal sealed class SampleBatch : IDisposable
{
    private readonly DisposeScope _scope;

    /// <param name="rows">Rows of samples; all are padded on the right to the longest row.</param>
    public SampleBatch(IReadOnlyList<IReadOnlyList<EncodedSample>> rows, Device device)
    {
        var width = rows.Max(row => row.Sum(sample => sample.Ids.Length));
        var ids = new long[rows.Count * width];
        var positionIds = new long[ids.Length];
        var segmentIds = new long[ids.Length];
        var real = new bool[ids.Length];
        var labelled = new List<long>();
        var targets = new List<long>();
        var weights = rows.Any(row => row.Any(sample => sample.LossScale is not null)) ? new List<float>() : null;
        for (var row = 0; row < rows.Count; row++)
        {
            var layout = PackedLayout.Of(rows[row].Select(sample => sample.Ids.Length).ToArray(), width);
            for (var i = 0; i < width; i++)
            {
                positionIds[row * width + i] = layout.PositionIds[i];
                segmentIds[row * width + i] = layout.SegmentIds[i];
            }

            var at = row * width;
            foreach (var sample in rows[row])
            {
                for (var i = 0; i < sample.Ids.Length; i++)
                {
                    ids[at + i] = sample.Ids[i];
                    real[at + i] = true;
                    if (i > 0 && sample.Learned[i])
                    {
                        labelled.Add(at + i - 1);
                        targets.Add(sample.Ids[i]);
                        weights?.Add(sample.LossScale?[i] ?? 1);
                    }
                }

                at += sample.Ids.Length;
            }
        }

        _scope = NewDisposeScope();
        Ids = tensor(ids, rows.Count, width, device: device);
        PositionIds = tensor(positionIds, rows.Count, width, device: device);
        RealPositions = tensor(real, rows.Count, width, device: device);
        LabelledPositions = tensor(labelled.ToArray(), device: device);
        Targets = tensor(targets.ToArray(), device: device);
        Weights = weights is null ? null : tensor(weights.ToArray(), device: device);
        Attention = rows.All(row => row.Count == 1)
            ? new CausalAttention(width)
            : new PackedAttention(tensor(segmentIds, rows.Count, width, device: device), width);
    }

    /// <summary>[rows, width], int64.</summary>
    public Tensor Ids { get; }

    /// <summary>[rows, width], int64; restart at 0 with each sample.</summary>
    public Tensor PositionIds { get; }

    /// <summary>[rows, width], bool: false where padding is.</summary>
    public Tensor RealPositions { get; }

    /// <summary>[labels], int64: indices into rows × width of the positions whose next token is learned.</summary>
    public Tensor LabelledPositions { get; }

    /// <summary>[labels], int64: those next tokens.</summary>
    public Tensor Targets { get; }

    /// <summary>[labels], float32: how much they count in the loss; null = each counts 1.</summary>
    public Tensor? Weights { get; }

    public AttentionContext Attention { get; }

    public void Dispose()
    {
        Attention.Dispose();
        _scope.Dispose();
    }
}
