using Swift.Data.Arithmetic;

namespace Swift.Cli.Demo;

/// <summary>How much the demo does.</summary>
/// <param name="RecipeName">Its pipeline, beside this file and inside the assembly.</param>
/// <param name="Problems">What the recipe was made for.</param>
internal sealed record DemoSize(string RecipeName, ArithmeticOptions Problems, int VocabularySize)
{
    private const int Vocabulary = 512;
    private const int LargestNumber = 9;

    /// <summary>Some minutes on two cores.</summary>
    public static DemoSize Full { get; } = new("arithmetic.yaml", new ArithmeticOptions { LargestNumber = LargestNumber }, Vocabulary);

    /// <summary>About a minute on two cores: fewer steps on the same problems.</summary>
    public static DemoSize Quick { get; } = new(
        "arithmetic-quick.yaml", new ArithmeticOptions { LargestNumber = LargestNumber }, Vocabulary);

    /// <summary>The pipeline as text.</summary>
    public string Recipe()
    {
        using var stream = typeof(DemoSize).Assembly.GetManifestResourceStream($"Swift.Cli.Demo.{RecipeName}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
