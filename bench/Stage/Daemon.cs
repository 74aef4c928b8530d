using System.Diagnostics;
using Athena.Sandbox;

namespace Athena.Bench.Stage;

/// <summary>The real daemon as a process of its own, set up as its unit would do it: by its environment alone.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly Process process;
    private readonly TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Daemon(Process process) => this.process = process;

    public int ProcessId => process.Id;

    /// <summary>Makes the baseline, starts the daemon and waits for its first look at the whole list.</summary>
    /// <param name="log">The log that it is to follow, as in its setting LOG.</param>
    /// <param name="more">Settings besides those that it needs.</param>
    public static async Task<Daemon> StartAsync(
        string program, Site site, string log, IReadOnlyDictionary<string, string>? more = null)
    {
        Directory.CreateDirectory(site.Path("state"));
        Directory.CreateDirectory(site.Path("control"));
        using (var baseline = Process.Start(Call(program, site, log, "baseline", "--all"))!)
        {
            var errors = baseline.StandardError.ReadToEndAsync();
            await baseline.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
            await baseline.WaitForExitAsync().ConfigureAwait(false);
            if (baseline.ExitCode != 0) throw new InvalidOperationException("baseline failed: " + await errors.ConfigureAwait(false));
        }

        var call = Call(program, site, log, "run");
        foreach (var (key, value) in more ?? new Dictionary<string, string>()) call.Environment[key] = value;
        var daemon = new Daemon(new Process { StartInfo = call, EnableRaisingEvents = true });
        daemon.Run(site.Path("daemon.log"));
        await daemon.looked.Task.WaitAsync(TimeSpan.FromMinutes(1)).ConfigureAwait(false);
        return daemon;
    }

    /// <summary>Starts one of the others, which make no baseline and look when their hour or quarter has ended.</summary>
    public static Daemon StartSister(string program, Site site)
    {
        var name = Path.GetFileName(program);
        var call = Call(program, site, "file:" + site.LogFile, "run");
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["STATE_DIR"] = Directory.CreateDirectory(site.Path(name + "-state")).FullName,
            ["CONTROL_DIR"] = Directory.CreateDirectory(site.Path(name + "-control")).FullName,
            ["ADMIN_USER_IDS"] = "1,4",
            ["REPORT_TO"] = "reports@example.org",
            ["OPS_MAIL_TO"] = "ops@example.org",
            ["REPORT_HOURS"] = "00-23",
            ["TELEGRAM_API"] = site.Chat.Url.AbsoluteUri,
            ["TELEGRAM_BOT_TOKEN"] = "123456789:not_shown_anywhere_not_shown_anywhere",
            ["TELEGRAM_CHAT_ID"] = "-1001234567890",
            ["PULSE_EVERY"] = "1m",
        }) call.Environment[key] = value;
        var daemon = new Daemon(new Process { StartInfo = call, EnableRaisingEvents = true });
        daemon.Run(site.Path(name + ".log"));
        return daemon;
    }

    /// <summary>Starts the program that serves the page of decisions.</summary>
    public static Daemon StartPage(string program, Site site, IReadOnlyDictionary<string, string> settings)
    {
        var call = new ProcessStartInfo(program, ["run"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (key, value) in settings) call.Environment[key] = value;
        var daemon = new Daemon(new Process { StartInfo = call, EnableRaisingEvents = true });
        daemon.Run(site.Path("page.log"));
        return daemon;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
        Leash.Free(process);
        process.Dispose();
    }

    private void Run(string journal)
    {
        process.Exited += (_, _) => looked.TrySetException(new InvalidOperationException("The daemon ended: " + File.ReadAllText(journal)));
        process.ErrorDataReceived += (_, line) =>
        {
            File.AppendAllText(journal, line.Data + Environment.NewLine);
            if (line.Data?.Contains("First complete look", StringComparison.Ordinal) == true) looked.TrySetResult();
        };
        process.Start();
        Leash.Hold(process);
        process.BeginErrorReadLine();
    }

    private static ProcessStartInfo Call(string program, Site site, string log, params string[] arguments)
    {
        var call = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var key in call.Environment.Keys.Where(k =>
            k is not ("PATH" or "HOME") && !k.StartsWith("DOTNET_", StringComparison.Ordinal)).ToArray())
            call.Environment.Remove(key);
        foreach (var (key, value) in Settings(site, log)) call.Environment[key] = value;

        // As packaging/systemd has it.
        call.Environment["MALLOC_ARENA_MAX"] = "1";
        return call;
    }

    private static Dictionary<string, string> Settings(Site site, string log) => new()
    {
        ["GRAFANA_URL"] = site.Grafana.Url.AbsoluteUri,
        ["GRAFANA_USER"] = Site.Worker,
        ["GRAFANA_PASSWORD"] = site.Password,
        ["LOG"] = log,
        ["SMTP_HOST"] = Sandbox.Mail.MailCatcher.Host,
        ["SMTP_PORT"] = site.Mail.Port.ToString(),
        ["SMTP_SECURITY"] = "none",
        ["MAIL_FROM"] = "grafana@example.org",
        ["MAIL_TO"] = Site.Admin,
        ["STATE_DIR"] = site.Path("state"),
        ["CONTROL_DIR"] = site.Path("control"),
    };
}
