using Swift.Inference.Engine;
using Swift.Inference.Sampling;
using Swift.Models;

namespace Swift.Inference.OpenAi;

/// <summary>A model under a name: the model, and the engine that completes prompts with it.</summary>
public sealed class ServedModel
{
    private readonly Lock _gate = new();
    private int _uses;
    private bool _retired;

    internal ServedModel(string name, CausalLanguageModel model, EngineOptions options, DateTimeOffset created)
    {
        Name = name;
        Model = model;
        Engine = new GenerationEngine(model, options);
        Created = created;
    }

    public string Name { get; }

    public CausalLanguageModel Model { get; }

    public GenerationEngine Engine { get; }

    public DateTimeOffset Created { get; }

    /// <summary>Names the weights that answer; null when the host did not say.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>What a request leaves open.</summary>
    public SamplingParameters Defaults { get; init; } = new();

    /// <summary>False when it has been retired; then nothing was taken.</summary>
    internal bool TryUse()
    {
        lock (_gate)
        {
            if (_retired)
                return false;
            _uses++;
            return true;
        }
    }

    internal void Release()
    {
        lock (_gate)
        {
            if (--_uses > 0 || !_retired)
                return;
        }
        Dispose();
    }

    /// <summary>No new request gets it; it is disposed when the last one under way has ended.</summary>
    internal void Retire()
    {
        lock (_gate)
        {
            if (_retired)
                return;
            _retired = true;
            if (_uses > 0)
                return;
        }
        Dispose();
    }

    private void Dispose()
    {
        Engine.Dispose();
        Model.Dispose();
    }
}

/// <summary>
/// The models behind the endpoints, by name. A host adds, replaces and removes them while requests run; a request
/// ends with the model it began with.
/// </summary>
public sealed class ServedModels(TimeProvider? time = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ServedModel> _models = new(StringComparer.Ordinal);

    /// <summary>Serves <paramref name="model"/> as <paramref name="name"/>, in place of what had the name. Owns the model from now on.</summary>
    /// <param name="defaults">What a request leaves open; default: temperature 1, nothing left out.</param>
    /// <param name="fingerprint">Names the weights; every answer carries it as <c>system_fingerprint</c>.</param>
    public ServedModel Serve(string name, CausalLanguageModel model, EngineOptions? options = null, SamplingParameters? defaults = null, string? fingerprint = null)
    {
        var served = new ServedModel(name, model, options ?? new EngineOptions(), (time ?? TimeProvider.System).GetUtcNow())
        {
            Defaults = defaults ?? new SamplingParameters(),
            Fingerprint = fingerprint,
        };
        ServedModel? replaced;
        lock (_gate)
        {
            _models.TryGetValue(name, out replaced);
            _models[name] = served;
        }
        replaced?.Retire();
        return served;
    }

    /// <summary>Takes a model away; false if there is none of that name.</summary>
    public bool Remove(string name)
    {
        ServedModel? removed;
        lock (_gate)
        {
            if (!_models.Remove(name, out removed))
                return false;
        }
        removed.Retire();
        return true;
    }

    /// <summary>What is served now, by name.</summary>
    public IReadOnlyList<ServedModel> List()
    {
        lock (_gate)
            return [.. _models.Values];
    }

    /// <summary>The model of that name, kept alive until the lease is disposed; null if there is none.</summary>
    internal ServedModelLease? Find(string name)
    {
        lock (_gate)
            return _models.TryGetValue(name, out var served) && served.TryUse() ? new ServedModelLease(served) : null;
    }

    /// <summary>Removes every model.</summary>
    public void Dispose()
    {
        foreach (var served in List())
            Remove(served.Name);
    }
}

/// <summary>Keeps a served model alive.</summary>
internal sealed class ServedModelLease(ServedModel served) : IDisposable
{
    private bool _disposed;

    public ServedModel Served { get; } = served;

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Served.Release();
    }
}
