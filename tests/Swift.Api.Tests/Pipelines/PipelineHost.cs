using Swift.Api.Access;
using Swift.Contracts.Access;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Swift.Api.Errors;
using Swift.Api.OpenApi;
using Swift.Api.Paging;
using Swift.Api.Pipelines;
using Swift.Api.Pipelines.Inputs;
using Swift.Contracts;
using Swift.Hosting.Artifacts;
using Weasel.Core;

namespace Swift.Api.Tests.Pipelines;

/// <summary>The part of the API that this folder tests, on a port of its own: pipelines, errors, OpenAPI.</summary>
internal sealed class PipelineHost : IAsyncDisposable
{
    public const string Actor = "key/tester";

    private readonly WebApplication _app;

    private PipelineHost(WebApplication app) => _app = app;

    public HttpClient Http { get; private init; } = null!;

    public IDocumentStore Store => _app.Services.GetRequiredService<IDocumentStore>();

    /// <param name="connectionString">Null: a database that cannot be reached.</param>
    /// <param name="map">Adds routes.</param>
    public static async Task<PipelineHost> StartAsync(string folder, string? connectionString = null, Action<WebApplication>? map = null, InputFolders? inputs = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IArtifactStore>(new FolderArtifactStore(folder));
        builder.Services.AddMarten(options =>
        {
            options.Connection(connectionString ?? "Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
            options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.SnakeCase, SwiftJson.Apply);
            options.Events.MetadataConfig.EnableAll();
            options.Events.MetadataConfig.UserNameEnabled = true;
            options.Events.AppendMode = JasperFx.Events.EventAppendMode.Rich;
            options.Events.UseMandatoryStreamTypeDeclaration = true;
        }).UseLightweightSessions();
        builder.Services.AddSingleton<PageTokens>();
        builder.Services.AddSwiftPipelines(inputs);
        builder.Services.AddSwiftProblems();
        builder.Services.AddSwiftOpenApi();
        builder.Services.ConfigureHttpJsonOptions(json => SwiftJson.Apply(json.SerializerOptions));

        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{Testing.FreePort.Take()}");
        app.UseSwiftProblems();
        // Who calls is another folder's affair.
        app.Use((http, next) =>
        {
            http.User = new Caller(Actor, [Role.Admin], []).ToPrincipal("test");
            return next();
        });
        app.MapSwiftOpenApi();
        app.MapGroup("/v1").MapPipelines();
        map?.Invoke(app);
        await app.StartAsync();
        return new PipelineHost(app) { Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) } };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }
}
