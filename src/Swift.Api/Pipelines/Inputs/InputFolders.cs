namespace Swift.Api.Pipelines.Inputs;

/// <summary>From where on the API's machine pipelines may name files: the API reads them with its own rights, not with those of the caller.</summary>
public sealed record InputFolders
{
    /// <summary>Folders with all that lies in them; null = whatever the API can read.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>Files and folders that are never read, whatever <see cref="Allowed"/> says: where the server's own keys lie.</summary>
    public IReadOnlyList<string> Never { get; init; } = [];
}
