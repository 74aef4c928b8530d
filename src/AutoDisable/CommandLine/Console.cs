using Athena.Common.Daemon.CommandLine;

namespace Athena.AutoDisable.CommandLine;

/// <summary>The person at the keyboard.</summary>
internal static class Console
{
    /// <inheritdoc cref="CommandUser.Name"/>
    public static string User => CommandUser.Name;

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
        return Terminal.IsYes(Terminal.ReadLine());
    }
}
