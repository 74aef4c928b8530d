using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Athena.EndToEnd.Harness;

/// <summary>A daemon's program as it is shipped, with settings in its environment and nothing else.</summary>
internal sealed class DaemonProgram(string daemon = "grafana-auto-disable")
{
    /// <summary>The page of decisions, a program of its own.</summary>
    public const string Page = "athena-workers-decisions";

    /// <summary>The settings; changes count from the next start on.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The control group that the daemon runs in, by its file <c>cgroup.procs</c>; null is ours. Commands run outside of it, as root's do.
    /// </summary>
    public string? ControlGroup { get; set; }

    /// <summary>The most memory that the process with this id had resident, as the kernel says it.</summary>
    public static string HighWater(int process) =>
        File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM", StringComparison.Ordinal))?.Replace(
            "\t", " ", StringComparison.Ordinal) ?? "not known";

    /// <summary>Where it lies, for whoever starts it otherwise than from here.</summary>
    public string Path => FindProgram();

    /// <summary>Runs one command to its end.</summary>
    /// <exception cref="TimeoutException">It does not end.</exception>
    public Task<CommandResult> RunAsync(params string[] arguments) => RunWithAsync("", arguments);

    /// <summary>The same with something on its standard input, such as a secret.</summary>
    public async Task<CommandResult> RunWithAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Eventually.Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException(
                $"{string.Join(' ', arguments)} does not end. It said:\n"
                + $"{await output.ConfigureAwait(false)}{await error.ConfigureAwait(false)}");
        }

        return new CommandResult(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
    }

    /// <inheritdoc cref="Pty.RunAsync"/>
    public Task<(int ExitCode, string Screen)> AtTerminalAsync(string question, string? typed, params string[] arguments) =>
        Pty.RunAsync(StartInfo(arguments), question, typed);

    /// <summary>Starts <c>run</c>, or another command that stays.</summary>
    public RunningDaemon Run(params string[] arguments) => new(Start(arguments.Length > 0 ? arguments : ["run"], ControlGroup));

    private Process Start(string[] arguments, string? group = null) => Process.Start(StartInfo(arguments, group))!;

    private ProcessStartInfo StartInfo(string[] arguments, string? group = null)
    {
        // The shell goes in and becomes the program, which so is in it from its first page on.
        string[] before = group is null ? [] : ["-c", "echo $$ >\"$0\" && exec \"$@\"", group, FindProgram()];
        var start = new ProcessStartInfo(group is null ? FindProgram() : "/bin/sh", [.. before, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Nothing of the person who runs the tests may leak in: no proxy, no settings, no journal.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME");
        start.Environment["DOTNET_ROOT"] =
            System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        foreach (var (key, value) in Settings) start.Environment[key] = value;
        return start;
    }

    /// <summary>
    /// The build of the same configuration as ours; <c>ATHENA_PROGRAMS</c> names the folder of another one, such as
    /// <c>artifacts/native</c>. The page of decisions is not among the daemons there.
    /// </summary>
    private string FindProgram()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var root = framework;
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "Athena.Workers.sln"))) root = root.Parent;
        var project = daemon == Page ? "Decisions" : "Workers";
        var folder = daemon != Page && Environment.GetEnvironmentVariable("ATHENA_PROGRAMS") is { Length: > 0 } given
            ? given : System.IO.Path.Combine(root?.FullName ?? "", "src", project, "bin", framework.Parent!.Name, framework.Name);
        var program = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, daemon));
        return File.Exists(program)
            ? program
            : throw new FileNotFoundException($"{program} is missing: run make build, or set ATHENA_PROGRAMS.");
    }
}
