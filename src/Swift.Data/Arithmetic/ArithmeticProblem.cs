using System.Globalization;
using System.Text;
using Swift.Data.Randomness;

namespace Swift.Data.Arithmetic;

/// <summary>A word problem of two steps over three numbers.</summary>
internal sealed record ArithmeticProblem(ProblemKind Kind, int A, int B, int C, string Question)
{
    private static readonly string[] Names =
    [
        "Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gina", "Hugo", "Ida", "Jack", "Kim", "Leo", "Mia", "Noah", "Olga", "Paul", "Rosa", "Sam", "Tara", "Zoe",
    ];

    private static readonly string[] Things =
    [
        "apples", "books", "cards", "coins", "eggs", "keys", "lemons", "marbles", "nuts", "pens", "plums", "shells", "stamps", "stones", "toys", "tickets",
    ];

    public int First => Apply(Kind.FirstOperator, A, B);

    public int Answer => Apply(Kind.SecondOperator, First, C);

    /// <summary>Kind and numbers, without the wording: problems that share it are the same problem.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Kind.Key} {A} {B} {C}");

    /// <summary>About one problem in five is held out: which one, its key alone decides, so that no option and no seed can move a problem to the other side.</summary>
    public bool HeldOut => (StableHash.Fnv1A(Encoding.UTF8.GetBytes(Key)) >> 32) % 5 == 0;

    /// <summary>The steps, then the answer.</summary>
    public string WorkedSolution =>
        $"<think>{A} {Kind.FirstOperator} {B} = {First}, {First} {Kind.SecondOperator} {C} = {Answer}</think><answer>{Answer}</answer>";

    /// <summary>The answer alone.</summary>
    public string UnworkedSolution => $"<think>I see it at once</think><answer>{Answer}</answer>";

    /// <summary>Draws a problem whose results all lie between 0 and twice the largest number.</summary>
    public static ArithmeticProblem Draw(RandomStream random, int largest)
    {
        while (true)
        {
            var kind = random.Choose(ProblemKind.All);
            var problem = new ArithmeticProblem(kind, random.Between(2, largest), random.Between(2, largest), random.Between(2, largest), "");
            if (problem.First < 0 || problem.Answer < 0)
                continue;
            var name = random.Choose(Names);
            string other;
            do
                other = random.Choose(Names);
            while (other == name);
            var question = new StringBuilder(random.Choose(kind.Wordings))
                .Replace("{name}", name).Replace("{other}", other).Replace("{things}", random.Choose(Things))
                .Replace("{a}", Text(problem.A)).Replace("{b}", Text(problem.B)).Replace("{c}", Text(problem.C));
            return problem with { Question = question.ToString() };
        }
    }

    private static int Apply(char operation, int left, int right) => operation == '+' ? left + right : left - right;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
