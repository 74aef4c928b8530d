using System.Diagnostics;

namespace Athena.Tests.Shared;

/// <summary>Prometheus' own tool, which knows what its servers take; of Debian's package prometheus.</summary>
internal static class Promtool
{
    /// <summary>Null where it is not there.</summary>
    public static string? Path { get; } = Find("promtool");

    /// <summary>Where a program is, installed or as tests/interop/install.sh fetched it; null where it is not.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Prepend(Repository.PathOf("artifacts/interop/prometheus/usr/bin"))
            .Select(folder => System.IO.Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs it to its end.</summary>
    /// <param name="input">Its standard input; null for none.</param>
    public static (int ExitCode, string Text) Run(string program, string? input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
