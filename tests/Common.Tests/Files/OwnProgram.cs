using System.Diagnostics;
using Athena.Common.Tests.Notify;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Files;

/// <summary>
/// This assembly as a program, in a process that root starts: what it gives up it has given up for good, which no test host can.
/// </summary>
internal static class OwnProgram
{
    /// <summary>Of nobody on this machine; 65534 reads nothing that is not everybody's.</summary>
    public const uint Daemon = 61234;

    /// <summary>Prints why a test cannot be run here.</summary>
    public static void DemandRoot()
    {
        if (!Environment.IsPrivilegedProcess) NotRun.Missing("only root can become somebody else: run the tests as root to see this one");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == 0)
                NotRun.Missing(
                    $"the tests lie below {folder.FullName}, which is closed to others: a program that gives root up could not load the "
                    + "rest of itself from there");
        }
    }

    public static void Chown(string path, uint user) => Tool.Run("chown", "--no-dereference", $"{user}:{user}", path);

    /// <param name="directory">Holds <c>state</c> and <c>run</c>.</param>
    /// <param name="asUser">Null for root.</param>
    /// <param name="arguments">Of the program.</param>
    public static Process Start(TemporaryDirectory directory, uint? asUser, params string[] arguments)
    {
        string[] own = ["dotnet", typeof(OwnProgram).Assembly.Location, .. arguments];
        string[] whole = asUser is { } user ? ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", .. own] : own;
        var start = new ProcessStartInfo(whole[0], whole[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["STATE_DIR"] = directory["state"];
        start.Environment["CONTROL_DIR"] = directory["run"];
        start.Environment["ATHENA_DEFAULTS_DIR"] = directory["etc"];
        start.Environment["LOG"] = "file:" + directory["grafana.log"];
        start.Environment.Remove("STATE_DIRECTORY");
        start.Environment.Remove("RUNTIME_DIRECTORY");
        return Process.Start(start)!;
    }

    public static (int ExitCode, string Output, string Error) Run(TemporaryDirectory directory, uint? asUser, params string[] arguments)
    {
        using var process = Start(directory, asUser, arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
