namespace Swift.Architecture.Tests;

/// <summary>Which project may use which: the arrows of docs/architecture.md.</summary>
public sealed class BoundaryTests
{
    private static readonly string[] Libraries =
        ["Swift.Contracts", "Swift.Data", "Swift.Models", "Swift.Training", "Swift.Inference", "Swift.Evaluation"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Swift.Contracts"] = [],
        ["Swift.Data"] = ["Swift.Contracts"],
        ["Swift.Models"] = ["Swift.Contracts"],
        ["Swift.Training"] = ["Swift.Contracts", "Swift.Data", "Swift.Models"],
        ["Swift.Inference"] = ["Swift.Contracts", "Swift.Models"],
        ["Swift.Evaluation"] = ["Swift.Contracts", "Swift.Data", "Swift.Models", "Swift.Inference", "Swift.Training"],
        ["Swift.Hosting"] = ["Swift.Contracts"],
        ["Swift.Api"] = ["Swift.Contracts", "Swift.Data", "Swift.Hosting"],
        ["Swift.Workers.Train"] = [.. Libraries, "Swift.Hosting"],
        ["Swift.Workers.Rollout"] = [.. Libraries, "Swift.Hosting"],
        ["Swift.Workers.Eval"] = [.. Libraries, "Swift.Hosting"],
        ["Swift.Workers.Export"] = [.. Libraries, "Swift.Hosting"],
        ["Swift.Cli"] =
        [
            .. Libraries, "Swift.Hosting", "Swift.Api",
            "Swift.Workers.Train", "Swift.Workers.Rollout", "Swift.Workers.Eval", "Swift.Workers.Export",
        ],
    };

    /// <summary>Beginnings of the names of assemblies that carry buses, databases and brokers.</summary>
    private static readonly string[] Infrastructure =
        ["MassTransit", "Marten", "Weasel", "JasperFx", "Npgsql", "RabbitMQ", "Quartz", "DistributedLock", "OpenTelemetry"];

    public static TheoryData<string> ProjectNames => [.. Repository.Projects.Keys.Order()];

    public static TheoryData<string> LibraryNames => [.. Libraries];

    [Theory, MemberData(nameof(ProjectNames))]
    public void A_project_refers_only_to_those_it_may_use(string project)
    {
        Allowed.ShouldContainKey(project, "a new project needs its arrows here and in docs/architecture.md");
        Repository.Projects[project].Projects.Except(Allowed[project]).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(ProjectNames))]
    public void A_compiled_assembly_uses_only_what_its_project_may_use(string project)
    {
        var assembly = CompiledAssembly.Product[project == "Swift.Cli" ? "swift" : project];
        assembly.References.Where(r => r.StartsWith("Swift.", StringComparison.Ordinal)).Except(Allowed[project]).ShouldBeEmpty();
    }

    [Fact]
    public void The_api_never_reaches_torch()
    {
        CompiledAssembly.Closure("Swift.Api").Where(IsTorch).ShouldBeEmpty();
        ProjectClosure("Swift.Api").SelectMany(p => Repository.Projects[p].Packages).Where(IsTorch).ShouldBeEmpty();
    }

    [Fact]
    public void Hosting_never_reaches_torch() => CompiledAssembly.Closure("Swift.Hosting").Where(IsTorch).ShouldBeEmpty();

    [Theory, MemberData(nameof(LibraryNames))]
    public void A_library_knows_no_bus_and_no_database(string library)
    {
        CompiledAssembly.Closure(library).Where(IsInfrastructure).ShouldBeEmpty();
        ProjectClosure(library).Append(library).SelectMany(p => Repository.Projects[p].Packages).Where(IsInfrastructure).ShouldBeEmpty();
    }

    [Fact]
    public void Contracts_use_nothing_but_the_runtime_and_refit() =>
        CompiledAssembly.Product["Swift.Contracts"].References
            .Where(r => !r.StartsWith("System.", StringComparison.Ordinal) && r is not ("Refit" or "System" or "netstandard"))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("UseDelayedRedelivery", "without the broker's plugin it tears the connection down and loops")]
    [InlineData("AddDelayedMessageScheduler", "it declares an exchange type that a plain broker does not have")]
    [InlineData("UseDelayedMessageScheduler", "it declares an exchange type that a plain broker does not have")]
    [InlineData("OverwriteEvent", "history is never rewritten")]
    [InlineData("CompletelyReplaceEvent", "history is never rewritten")]
    [InlineData("TombstoneStream", "history is never rewritten")]
    public void Nobody_calls(string member, string because) =>
        CompiledAssembly.Product.Values.Where(a => a.CalledMembers.Contains(member)).Select(a => a.Name).ShouldBeEmpty(because);

    private static bool IsTorch(string name) => name.Contains("torch", StringComparison.OrdinalIgnoreCase);

    private static bool IsInfrastructure(string name) => Infrastructure.Any(i => name.StartsWith(i, StringComparison.Ordinal));

    private static HashSet<string> ProjectClosure(string start)
    {
        HashSet<string> reached = [];
        Stack<string> open = new([start]);
        while (open.TryPop(out var name))
            foreach (var reference in Repository.Projects[name].Projects.Where(reached.Add))
                open.Push(reference);
        return reached;
    }
}
