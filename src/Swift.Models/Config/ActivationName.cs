namespace Swift.Models.Config;

/// <summary>Activations by the names of <c>config.json</c>.</summary>
internal static class ActivationName
{
    private static readonly Dictionary<Activation, string> Names = new()
    {
        [Activation.Silu] = "silu",
        [Activation.GeluTanh] = "gelu_pytorch_tanh",
    };

    public static string Of(Activation activation) => Names[activation];

    /// <summary>Null where the file names none. Gemma's field <c>hidden_activation</c> goes before <c>hidden_act</c>.</summary>
    public static Activation? Read(ConfigFields fields)
    {
        if ((fields.Text("hidden_activation") ?? fields.Text("hidden_act")) is not { } name)
            return null;
        foreach (var (activation, known) in Names)
        {
            if (known == name)
                return activation;
        }
        throw fields.NotSupported($"hidden_act \"{name}\"", string.Join(", ", Names.Values));
    }
}
