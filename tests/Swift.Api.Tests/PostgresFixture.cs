using Swift.Testing;

[assembly: AssemblyFixture(typeof(Swift.Api.Tests.PostgresFixture))]

namespace Swift.Api.Tests;

/// <summary>One PostgreSQL for all tests of the assembly, started by the first that needs it; each test has a database of its own.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private PostgresCluster? _cluster;

    public async Task<string> CreateDatabase()
    {
        if (PostgresCluster.Unavailable is { } reason)
        {
            Assert.Skip(reason);
        }
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _cluster ??= await PostgresCluster.StartAsync(TestContext.Current.CancellationToken);
            return await _cluster.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
        _starting.Dispose();
    }
}
