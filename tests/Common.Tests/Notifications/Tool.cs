using System.Diagnostics;

namespace Athena.Common.Tests.Notifications;

/// <summary>Programs that are not ours.</summary>
internal static class Tool
{
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Ends the test, and says why, where the program is missing.</summary>
    public static void Need(string program)
    {
        if (Find(program) is null)
            NotRun($"{program} is not installed (tests/interop/install.sh installs what it can)");
    }

    /// <summary>Ends the test with a reason that is printed.</summary>
    public static void NotRun(string reason)
    {
        TestContext.Progress.WriteLine($"Not run: {TestContext.CurrentContext.Test.Name}: {reason}");
        Assert.Ignore(reason);
    }

    /// <summary>Runs to the end and gives what was printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}");
    }

    public static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
