using System.Runtime.CompilerServices;

namespace Swift.Models.ChatTemplates.Jinja;

/// <summary>Turns what would overflow the stack, which ends the process, into an error.</summary>
internal static class StackGuard
{
    public static void Check()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new JinjaException(JinjaError.Limit, "the template is nested too deeply");
    }
}
