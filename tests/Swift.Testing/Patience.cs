namespace Swift.Testing;

/// <summary>
/// How long tests wait for a state before they call it a hang. Far more than anything takes: a shared machine whose disk stands still
/// for a minute makes a database server and a broker stand still too, and that is no failure of what is tested.
/// </summary>
public static class Patience
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
}
