using Swift.Testing;
using Swift.Workers.Rollout.Serving;

namespace Swift.EndToEnd.Tests.Serving;

/// <summary>A worker's start with files in its folder that cannot be used.</summary>
public sealed class KeptDeploymentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"deployment\":{\"name\":\"small\",\"mod")]
    [InlineData("{\"deployment\":null,\"port\":1}")]
    [InlineData("{\"deployment\":{\"name\":\"small\",\"follows\":null},\"port\":1}")]
    [InlineData("# my deployment")]
    public async Task A_file_that_cannot_be_read_is_named_and_the_others_are_served(string text)
    {
        await DeployAsync("small");
        var damaged = Path.Combine(_folder["deployments"], "0.json"); // before the other, in their order
        await File.WriteAllTextAsync(damaged, text, Ct);

        await StartAgainAsync(again =>
        {
            again.Serving.ShouldHaveSingleItem().Name.ShouldBe("small");
            again.Logged.ShouldHaveSingleItem().ShouldSatisfyAllConditions(warning => warning.ShouldContain(damaged), warning => warning.ShouldContain("delete it and deploy again"));
        });
    }

    [Fact]
    public async Task A_lock_that_may_not_be_opened_is_named_and_the_others_are_served()
    {
        await DeployAsync("small");
        await File.WriteAllTextAsync(Path.Combine(_folder["deployments"], "0.json"), "{}", Ct);
        var denied = Directory.CreateDirectory(Path.Combine(_folder["deployments"], "0.json.lock")).FullName; // denied to root as well

        await StartAgainAsync(again =>
        {
            again.Serving.ShouldHaveSingleItem().Name.ShouldBe("small");
            again.Logged.ShouldHaveSingleItem().ShouldContain(denied);
        });
    }

    [Fact]
    public async Task A_damaged_file_is_replaced_by_deploying_again()
    {
        await DeployAsync("small");
        var file = Directory.EnumerateFiles(_folder["deployments"], "*.json").ShouldHaveSingleItem();
        await File.WriteAllTextAsync(file, "", Ct);
        await StartAgainAsync(again => again.Serving.ShouldBeEmpty());

        await DeployAsync("small");
        await StartAgainAsync(again =>
        {
            again.Serving.ShouldHaveSingleItem().Name.ShouldBe("small");
            again.Logged.ShouldBeEmpty();
        });
    }

    private async Task DeployAsync(string name)
    {
        await using ServingWorker worker = new(_folder);
        await worker.Deployments.DeployAsync(new Deployment(name, await worker.StoreModelAsync(_folder, seed: 1), Follows: null), Ct);
    }

    private async Task StartAgainAsync(Action<ServingWorker> look)
    {
        await using ServingWorker again = new(_folder);
        using RestoreDeployments start = new(again.Deployments);
        await start.StartAsync(Ct);
        await start.ExecuteTask!;
        look(again);
    }
}
