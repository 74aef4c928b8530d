using System.Diagnostics;
using System.Globalization;

namespace Athena.Bench.Stage;

/// <summary>Runs a command line of bash and takes its time, that of everything it starts included (bash(1), TIMEFORMAT).</summary>
internal static class Shell
{
    /// <param name="words">Handed over as <c>$1</c>, <c>$2</c>….</param>
    public static ShellRun Run(string command, params string[] words)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-c", $"set -o pipefail; TIMEFORMAT='%R %U %S'; time {{ {command}; }}", "bash", .. words])
            start.ArgumentList.Add(word);
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var lines = errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command}: {errors.Result}");
        double[] times = [.. lines[^1].Split(' ').Select(time => double.Parse(time, CultureInfo.InvariantCulture))];
        return new ShellRun(output, times[0], times[1] + times[2]);
    }
}
