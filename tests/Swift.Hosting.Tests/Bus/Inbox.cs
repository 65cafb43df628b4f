using System.Collections.Concurrent;
using System.Diagnostics;
using Swift.Testing;

namespace Swift.Hosting.Tests.Bus;

/// <summary>Where consumers of tests put what they receive.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentDictionary<Type, ConcurrentQueue<object>> _messages = new();
    private int _running;

    public int MostAtOnce { get; private set; }

    /// <summary>Takes its time, so that two at once would be seen.</summary>
    public async Task AcceptAsync(object message)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        await Task.Delay(50);
        Interlocked.Decrement(ref _running);
        Add(message);
    }

    public void Add(object message) => Of(message.GetType()).Enqueue(message);

    /// <summary>The next message of a type, in order of arrival.</summary>
    public async Task<T> NextAsync<T>(CancellationToken ct)
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < Patience.Longest)
        {
            if (Of(typeof(T)).TryDequeue(out var message)) return (T)message;
            await Task.Delay(20, ct);
        }
        throw new TimeoutException($"No {typeof(T).Name} came; there are {string.Join(", ", _messages.Where(queue => !queue.Value.IsEmpty).Select(queue => queue.Key.Name))}.");
    }

    public int Count<T>() => Of(typeof(T)).Count;

    private ConcurrentQueue<object> Of(Type type) => _messages.GetOrAdd(type, _ => new ConcurrentQueue<object>());
}
