using Athena.Common.Hosting;

namespace Athena.AutoDisable.CommandLine;

/// <summary>The person at the keyboard.</summary>
internal static class Console
{
    /// <summary>Who runs this command, for the audit: behind sudo the person, not root.</summary>
    public static string User => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? $"{user} (sudo)" : Environment.UserName;

    /// <summary>True when somebody is there to be asked.</summary>
    public static bool IsInteractive => !System.Console.IsInputRedirected;

    /// <summary>Asks for yes; everything else, and nobody there, is no.</summary>
    public static bool Confirm(WorkerContext<AutoDisableSettings> context, string question)
    {
        if (!IsInteractive)
        {
            context.Error.WriteLine("Nobody is there to be asked; repeat with --yes if that is what you want.");
            return false;
        }

        context.Out.Write(question + " [yes/no] ");
        return System.Console.ReadLine()?.Trim() is "yes" or "y";
    }
}
