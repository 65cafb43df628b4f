using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>Creates the parameters of a decoder in the order in which they are asked for.</summary>
internal sealed class ParameterBuilder(Device device, ScalarType type)
{
    public List<DecoderParameter> Parameters { get; } = [];

    public Tensor Weight(string module, long rows, long columns) =>
        Add(module + ".weight", [rows, columns], ParameterKind.Weight, [new(module + ".weight", rows)]);

    public Tensor Bias(string module, long rows) =>
        Add(module + ".bias", [rows], ParameterKind.Bias, [new(module + ".bias", rows)]);

    public Tensor Norm(string module, long size) =>
        Add(module + ".weight", [size], ParameterKind.Norm, [new(module + ".weight", size)]);

    /// <summary>One matrix for several projections of the same input, stacked by rows.</summary>
    public Tensor Fused(string prefix, string name, IReadOnlyList<(string Name, long Rows)> parts, long columns) =>
        Add($"{prefix}{name}.weight", [parts.Sum(part => part.Rows), columns], ParameterKind.Weight,
            [.. parts.Select(part => new ParameterPart($"{prefix}{part.Name}.weight", part.Rows))]);

    public Tensor FusedBias(string prefix, string name, IReadOnlyList<(string Name, long Rows)> parts) =>
        Add($"{prefix}{name}.bias", [parts.Sum(part => part.Rows)], ParameterKind.Bias,
            [.. parts.Select(part => new ParameterPart($"{prefix}{part.Name}.bias", part.Rows))]);

    private Parameter Add(string name, long[] shape, ParameterKind kind, IReadOnlyList<ParameterPart> parts)
    {
        using var scope = NewDisposeScope();
        var value = new Parameter(zeros(shape, type, device), requires_grad: false);
        value.DetachFromDisposeScope();
        Parameters.Add(new DecoderParameter(name, value, kind, parts));
        return value;
    }
}
