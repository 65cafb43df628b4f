using Microsoft.Extensions.Time.Testing;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Registry;
using Swift.Testing;
using Swift.Workers.Rollout.Serving;

namespace Swift.EndToEnd.Tests.Serving;

/// <summary>An alias that means a model that cannot be loaded, told again with every heartbeat.</summary>
public sealed class FailedModelTests : IAsyncDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);
    private static readonly FollowedAlias Champion = new("small", "champion");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ServingWorker _worker;

    public FailedModelTests() => _worker = new ServingWorker(_folder, _time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_is_tried_after_pauses_that_double_up_to_ten_minutes()
    {
        var serving = await DeployAsync("a");
        var missing = Missing('1');
        var start = _time.GetUtcNow();
        List<double> tried = [];
        while (tried.Count < 10)
        {
            await HearAsync(missing);
            if (_worker.Logged.Count > tried.Count) tried.Add((_time.GetUtcNow() - start).TotalSeconds);
            _worker.Logged.Count.ShouldBe(tried.Count); // once for each attempt
            _time.Advance(Heartbeat);
        }
        tried.Zip(tried.Skip(1), (one, next) => next - one).ShouldBe([10, 20, 40, 80, 160, 320, 600, 600, 600]);
        _worker.Serving.ShouldHaveSingleItem().Model.ShouldBe(serving.Digest);
    }

    [Fact]
    public async Task Another_model_is_tried_at_once_and_the_first_one_too_after_that()
    {
        await DeployAsync("a");
        await HearAsync(Missing('1'));
        await HearAsync(Missing('2'));
        _worker.Logged.Count.ShouldBe(2);
        var good = await _worker.StoreModelAsync(_folder, seed: 2);
        await HearAsync(good);
        _worker.Serving.ShouldHaveSingleItem().Model.ShouldBe(good.Digest);
        await HearAsync(Missing('2'));
        _worker.Logged.Count.ShouldBe(3);
    }

    [Fact]
    public async Task It_is_served_once_it_can_be_loaded()
    {
        await DeployAsync("a");
        var late = await _worker.StoreModelAsync(_folder, seed: 2);
        var artifact = Directory.EnumerateFiles(_folder["artifacts"], late.Digest["sha256:".Length..] + "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        File.Move(artifact, _folder["away"]);
        await HearAsync(late);
        File.Move(_folder["away"], artifact);
        await HearAsync(late);
        _worker.Serving.ShouldHaveSingleItem().Model.ShouldNotBe(late.Digest);
        _time.Advance(FailedModels.FirstPause);
        await HearAsync(late);
        _worker.Serving.ShouldHaveSingleItem().Model.ShouldBe(late.Digest);
    }

    [Fact]
    public async Task Every_deployment_that_follows_is_tried_by_itself()
    {
        await DeployAsync("a");
        await DeployAsync("b");
        await HearAsync(Missing('1'));
        await HearAsync(Missing('1'));
        _worker.Logged.Order(StringComparer.Ordinal).Select(line => line.Contains("which a cannot", StringComparison.Ordinal)).ShouldBe([true, false]);
    }

    private async Task<ArtifactReference> DeployAsync(string name)
    {
        var model = await _worker.StoreModelAsync(_folder, seed: 1);
        await _worker.Deployments.DeployAsync(new Deployment(name, model, Champion), Ct);
        return model;
    }

    private Task HearAsync(ArtifactReference model) => _worker.Deployments.FollowAsync(Champion, model, Ct);

    /// <summary>A model that the store does not have.</summary>
    private static ArtifactReference Missing(char digit) => new($"sha256:{new string(digit, 64)}", ArtifactKind.Model, 1);
}
