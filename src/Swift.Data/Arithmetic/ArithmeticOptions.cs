namespace Swift.Data.Arithmetic;

/// <summary>What <see cref="ArithmeticProblems"/> writes. The defaults are those of the demo.</summary>
public sealed record ArithmeticOptions
{
    public long Seed { get; init; } = 42;

    /// <summary>Rows of the training file.</summary>
    public int Train { get; init; } = 4000;

    /// <summary>Rows of the held-out file.</summary>
    public int Test { get; init; } = 200;

    /// <summary>Numbers in a problem go from 2 to this; 4 to 99.</summary>
    public int LargestNumber { get; init; } = 9;

    /// <summary>Share of the training demonstrations, 0 to 1, that state the answer without the steps that lead to it. The rest works them out.</summary>
    public double UnworkedShare { get; init; } = 0.6;
}
