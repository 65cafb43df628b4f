using Swift.Data.Arithmetic;

namespace Swift.Cli.Demo;

/// <summary>How much the demo does.</summary>
/// <param name="RecipeName">Its pipeline, beside this file and inside the assembly.</param>
internal sealed record DemoSize(string RecipeName, ArithmeticOptions Problems, int VocabularySize)
{
    /// <summary>Some minutes on two cores.</summary>
    public static DemoSize Full { get; } = new("demo.yaml", new ArithmeticOptions(), 512);

    /// <summary>About a minute on two cores; shows the way, not the accuracy.</summary>
    public static DemoSize Quick { get; } = new("demo-quick.yaml", new ArithmeticOptions { Train = 1000, Test = 100 }, 512);

    /// <summary>The pipeline as text.</summary>
    public string Recipe()
    {
        using var stream = typeof(DemoSize).Assembly.GetManifestResourceStream($"Swift.Cli.Demo.{RecipeName}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
