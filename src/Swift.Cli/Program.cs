using Swift.Cli;

return await SwiftCommandLine.RunAsync(args);
