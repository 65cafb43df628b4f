using Swift.Models.Native;

[assembly: AssemblyFixture(typeof(Swift.Models.Tests.LoadedTorch))]

namespace Swift.Models.Tests;

/// <summary>Loads libtorch before the first test: one that is run by itself may touch a tensor first.</summary>
public sealed class LoadedTorch
{
    public LoadedTorch() => TorchLibrary.Load();
}
