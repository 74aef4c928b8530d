using System.Diagnostics;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify;

/// <summary>Programs that are not ours.</summary>
internal static class Tool
{
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Ends the test, and says why, where the program is missing.</summary>
    public static void Need(string program)
    {
        if (Find(program) is null)
            NotRun.Missing($"{program} is not installed (tests/interop/install.sh installs what it can)");
    }

    /// <summary>Runs to the end and gives what was printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}");
    }

    public static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
