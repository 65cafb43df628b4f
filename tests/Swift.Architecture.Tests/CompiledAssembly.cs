using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Swift.Architecture.Tests;

/// <summary>What the compiler wrote into an assembly: its references, its types, the members it calls.</summary>
internal sealed record CompiledAssembly(
    string Name, IReadOnlySet<string> References, IReadOnlyList<string> Types, IReadOnlySet<string> CalledMembers)
{
    /// <summary>The product's own assemblies, by name; they lie beside the test because it refers to the command line, which refers to all.</summary>
    public static IReadOnlyDictionary<string, CompiledAssembly> Product { get; } = Repository.Projects.Keys
        .Select(p => p == "Swift.Cli" ? "swift" : p)
        .Select(name => Read(Path.Combine(AppContext.BaseDirectory, name + ".dll")))
        .ToDictionary(a => a.Name);

    /// <summary>Names of all assemblies reached from <paramref name="start"/> through files that lie beside the test.</summary>
    public static IReadOnlySet<string> Closure(string start)
    {
        HashSet<string> reached = [];
        Stack<string> open = new([start]);
        while (open.TryPop(out var name))
        {
            var file = Path.Combine(AppContext.BaseDirectory, name + ".dll");
            if (!File.Exists(file))
                continue;
            foreach (var reference in Read(file).References)
                if (reached.Add(reference))
                    open.Push(reference);
        }
        return reached;
    }

    private static CompiledAssembly Read(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return new CompiledAssembly(
            Path.GetFileNameWithoutExtension(file),
            metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name)).ToHashSet(),
            [.. metadata.TypeDefinitions.Select(h => metadata.GetString(metadata.GetTypeDefinition(h).Name)).Where(n => !n.Contains('<'))],
            metadata.MemberReferences.Select(h => metadata.GetString(metadata.GetMemberReference(h).Name)).ToHashSet());
    }
}
