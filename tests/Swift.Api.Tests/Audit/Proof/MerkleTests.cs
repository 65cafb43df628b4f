using Swift.Api.Audit.Merkle;

namespace Swift.Api.Tests.Audit.Proof;

public sealed class MerkleTests
{
    private const int Largest = 33;

    /// <summary>The leaves and roots that Certificate Transparency's implementations are tested with.</summary>
    private static readonly string[] Leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_those_of_other_implementations()
    {
        var tree = new MerkleTree();
        Convert.ToHexStringLower(tree.Root(0)).ShouldBe(Roots[0]);
        for (var size = 1; size <= Leaves.Length; size++)
        {
            tree.Append(MerkleHash.Leaf(Convert.FromHexString(Leaves[size - 1])));
            Convert.ToHexStringLower(tree.Root(size)).ShouldBe(Roots[size]);
        }
        Convert.ToHexStringLower(tree.Root(3)).ShouldBe(Roots[3]);
    }

    [Fact]
    public void Roots_and_proofs_of_every_size_are_what_the_recursion_of_the_RFC_says()
    {
        var leaves = Enumerable.Range(0, Largest).Select(i => MerkleHash.Leaf([(byte)i])).ToArray();
        var tree = new MerkleTree();
        for (var size = 1; size <= Largest; size++)
        {
            tree.Append(leaves[size - 1]);
            tree.Root(size).ShouldBe(Mth(leaves[..size]));
            for (var index = 0; index < size; index++)
            {
                var path = Hashes(tree, MerkleProof.Inclusion(index, size));
                path.ShouldBe(Path(index, leaves[..size]));
                MerkleProof.RootOfInclusion(index, size, leaves[index], path).ShouldBe(tree.Root(size));
            }
            for (var from = 1; from <= size; from++)
            {
                var proof = Hashes(tree, MerkleProof.Consistency(from, size));
                proof.ShouldBe(from == size ? [] : SubProof(from, leaves[..size], true));
                MerkleProof.IsConsistent(from, size, tree.Root(from), tree.Root(size), proof).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void Altered_proofs_prove_nothing()
    {
        var tree = new MerkleTree();
        for (var i = 0; i < 21; i++) tree.Append(MerkleHash.Leaf([(byte)i]));
        var path = Hashes(tree, MerkleProof.Inclusion(13, 21));
        var leaf = MerkleHash.Leaf([13]);
        MerkleProof.RootOfInclusion(12, 21, leaf, path).ShouldNotBe(tree.Root(21));
        MerkleProof.RootOfInclusion(13, 21, MerkleHash.Leaf([14]), path).ShouldNotBe(tree.Root(21));
        MerkleProof.RootOfInclusion(13, 21, leaf, [.. path.Skip(1)]).ShouldNotBe(tree.Root(21));
        MerkleProof.RootOfInclusion(13, 21, leaf, [.. path, path[0]]).ShouldBeNull();

        var proof = Hashes(tree, MerkleProof.Consistency(6, 21));
        MerkleProof.IsConsistent(6, 21, tree.Root(7), tree.Root(21), proof).ShouldBeFalse();
        MerkleProof.IsConsistent(6, 21, tree.Root(6), tree.Root(20), proof).ShouldBeFalse();
        MerkleProof.IsConsistent(6, 21, tree.Root(6), tree.Root(21), []).ShouldBeFalse();
        for (var i = 0; i < proof.Count; i++)
        {
            MerkleProof.IsConsistent(6, 21, tree.Root(6), tree.Root(21), [.. proof.Select((hash, place) => place == i ? leaf : hash)]).ShouldBeFalse();
        }
    }

    private static List<byte[]> Hashes(MerkleTree tree, IEnumerable<MerkleRange> ranges) => [.. ranges.Select(range => range.Hash(tree.Hash))];

    // RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, word for word.
    private static byte[] Mth(byte[][] d) => d.Length == 1 ? d[0] : MerkleHash.Node(Mth(d[..K(d)]), Mth(d[K(d)..]));

    private static List<byte[]> Path(int m, byte[][] d) => d.Length == 1
        ? []
        : m < K(d) ? [.. Path(m, d[..K(d)]), Mth(d[K(d)..])] : [.. Path(m - K(d), d[K(d)..]), Mth(d[..K(d)])];

    private static List<byte[]> SubProof(int m, byte[][] d, bool b) => m == d.Length
        ? b ? [] : [Mth(d)]
        : m <= K(d) ? [.. SubProof(m, d[..K(d)], b), Mth(d[K(d)..])] : [.. SubProof(m - K(d), d[K(d)..], false), Mth(d[..K(d)])];

    private static int K(byte[][] d)
    {
        var k = 1;
        while (2 * k < d.Length) k *= 2;
        return k;
    }
}
