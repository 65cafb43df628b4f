using Swift.Contracts.Access;

namespace Swift.Api.Access;

/// <summary>Which role includes which, and how roles are written.</summary>
internal static class Roles
{
    /// <summary>True where somebody with <paramref name="held"/> may do what asks for <paramref name="required"/>.</summary>
    internal static bool Include(this Role held, Role required) => required switch
    {
        Role.Viewer => true,
        Role.Operator => held is Role.Operator or Role.Admin,
        Role.Auditor => held is Role.Auditor or Role.Admin,
        _ => held is Role.Admin,
    };

    /// <summary>As JSON and claims spell it: <c>operator</c>.</summary>
    internal static string Write(Role role) => role.ToString().ToLowerInvariant();

    internal static bool TryRead(string text, out Role role) =>
        Enum.TryParse(text, ignoreCase: true, out role) && Write(role).Equals(text, StringComparison.OrdinalIgnoreCase);
}
