namespace Swift.Api.Pipelines.Reading;

/// <summary>
/// Collects what is wrong with a specification, so that a user learns everything at once.
/// An error that only follows from an earlier one is left out: a field that could not be read has no range to be out of.
/// </summary>
internal sealed class SpecificationErrors
{
    /// <summary>Path of the whole document.</summary>
    public const string Root = "$";

    private readonly List<SpecificationError> _errors = [];
    private readonly HashSet<string> _paths = [];

    public bool Any => _errors.Count > 0;

    /// <summary>Adds an error, unless the path, or one of the fields it was concluded from, is already known to be wrong.</summary>
    public void Add(string path, string message, params ReadOnlySpan<string> concludedFrom)
    {
        if (Knows(path)) return;
        foreach (var other in concludedFrom)
            if (Knows(other)) return;

        _errors.Add(new SpecificationError(path, message));
        _paths.Add(path);
    }

    /// <summary>Whether this field, or one that encloses it, is already known to be wrong.</summary>
    public bool Knows(string path)
    {
        if (_paths.Count == 0) return false;
        if (_paths.Contains(path) || _paths.Contains(Root)) return true;
        for (var i = path.Length - 1; i > 0; i--)
            if (path[i] is '.' or '[' && _paths.Contains(path[..i])) return true;
        return false;
    }

    /// <exception cref="SpecificationException">There is any error.</exception>
    public void ThrowIfAny()
    {
        if (Any) throw new SpecificationException(_errors);
    }
}
