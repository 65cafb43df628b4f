using System.ClientModel;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;
using Swift.Inference.OpenAi;

namespace Swift.Inference.Tests.OpenAi;

/// <summary>Keys of the model server, shown by OpenAI's own client.</summary>
public sealed class ServingKeyTests : IAsyncLifetime
{
    private readonly ServedModels _models = new();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.UseServingKeys(["first-key", "second-key"]);
        _app.MapOpenAi(_models);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _models.Dispose();
    }

    [Theory]
    [InlineData("first-key")]
    [InlineData("second-key")]
    public async Task Whoever_shows_a_key_is_served(string key)
    {
        var models = await new OpenAIModelClient(new ApiKeyCredential(key), Options).GetModelsAsync(TestContext.Current.CancellationToken);
        models.Value.ShouldBeEmpty();
        (await Chat(key)).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("first-ke")]
    [InlineData("first-key2")]
    [InlineData("FIRST-KEY")]
    [InlineData("first-key,second-key")]
    public async Task Whoever_shows_another_is_told_what_to_send(string key)
    {
        var refused = await Chat(key);
        refused.Status.ShouldBe(401);
        refused.Message.ShouldContain("invalid_api_key");
        refused.Message.ShouldContain("Authorization: Bearer KEY");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic first-key")]
    [InlineData("first-key")]
    public async Task Nothing_is_open_not_even_what_does_not_exist(string? header)
    {
        using HttpClient http = new();
        foreach (var path in (string[])["/v1/models", "/v1/chat/completions", "/v1/models/x", "/elsewhere"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, _app.Urls.First() + path);
            if (header is not null) request.Headers.TryAddWithoutValidation("Authorization", header);
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
    }

    private OpenAIClientOptions Options => new() { Endpoint = new Uri(_app.Urls.First() + "/v1") };

    private async Task<ClientResultException> Chat(string key) => await Should.ThrowAsync<ClientResultException>(
        () => new ChatClient("nothing", new ApiKeyCredential(key), Options).CompleteChatAsync([new UserChatMessage("Are you there?")], null, TestContext.Current.CancellationToken));
}
