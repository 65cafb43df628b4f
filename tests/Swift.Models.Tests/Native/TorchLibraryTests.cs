using Swift.Models.Native;
using TorchSharp;

namespace Swift.Models.Tests.Native;

public sealed class TorchLibraryTests
{
    [Fact]
    public void The_library_loads_from_several_threads_at_once_and_computes()
    {
        Parallel.For(0, 4, _ => TorchLibrary.Load());
        using var scope = torch.NewDisposeScope();
        var product = torch.arange(6, dtype: torch.float32).view(2, 3).matmul(torch.ones(3, 1));
        product.data<float>().ToArray().ShouldBe([3f, 12f]);
    }

    [Fact]
    public void The_number_of_threads_is_what_was_set()
    {
        TorchLibrary.Load();
        try
        {
            TorchLibrary.SetThreads(1);
            torch.get_num_threads().ShouldBe(1);
        }
        finally
        {
            TorchLibrary.SetThreads(null);
        }
        torch.get_num_threads().ShouldBe(Environment.ProcessorCount);
        Should.Throw<ArgumentOutOfRangeException>(() => TorchLibrary.SetThreads(0));
    }
}
