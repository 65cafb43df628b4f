using Microsoft.Extensions.Logging;

namespace Swift.Api.Tests.Experiments;

/// <summary>What a server logs is shown with the test that it served, and only when that fails.</summary>
internal static class TestOutputLogging
{
    /// <summary>To the console where a fixture starts the server, which serves no single test.</summary>
    internal static ILoggingBuilder AddTestOutput(this ILoggingBuilder logging) =>
        TestContext.Current.TestOutputHelper is { } output ? logging.AddProvider(new Provider(output)) : logging.AddConsole();

    private sealed class Provider(ITestOutputHelper output) : ILoggerProvider
    {
        public ILogger CreateLogger(string category) => new Logger(category, output);

        public void Dispose()
        {
        }
    }

    private sealed class Logger(string category, ITestOutputHelper output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            try
            {
                output.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {level} {category}: {format(state, exception)}{(exception is null ? "" : $"\n{exception}")}");
            }
            catch (InvalidOperationException)
            {
                // The test is over.
            }
        }
    }
}
