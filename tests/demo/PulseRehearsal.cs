using System.Text.Json;
using System.Text.RegularExpressions;
using Athena.EndToEnd.Harness;

namespace Athena.DemoCheck;

/// <summary>grafana-active-users beside the rest: it is killed in the middle, and must have told of each window once at the end.</summary>
internal sealed partial class PulseRehearsal(Promises promises, DemoSandbox sandbox, string directory) : IAsyncDisposable
{
    /// <summary>A window lasts a minute here; one may have begun just before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private readonly DaemonProgram program = new("grafana-active-users");
    private RunningDaemon? daemon;

    public async Task StartAsync()
    {
        var (addresses, settings) = (sandbox.Addresses, program.Settings);
        settings["GRAFANA_URL"] = addresses.GetProperty("grafana").GetString()!.TrimEnd('/');
        settings["GRAFANA_USER"] = addresses.GetProperty("worker").GetProperty("user").GetString()!;
        settings["GRAFANA_PASSWORD"] = addresses.GetProperty("worker").GetProperty("password").GetString()!;
        settings["LOG"] = "file:" + addresses.GetProperty("logFile").GetString();
        settings["TELEGRAM_API"] = addresses.GetProperty("telegram").GetProperty("api").GetString()!.TrimEnd('/');
        settings["TELEGRAM_BOT_TOKEN"] = addresses.GetProperty("telegram").GetProperty("token").GetString()!;
        settings["TELEGRAM_CHAT_ID"] = addresses.GetProperty("telegram").GetProperty("chat").GetString()!;
        settings["PULSE_EVERY"] = "1m";
        settings["SETTLE"] = "2s";
        settings["STATE_DIR"] = Path.Combine(directory, "pulse-state");
        settings["CONTROL_DIR"] = Directory.CreateDirectory(Path.Combine(directory, "pulse-run")).FullName;
        settings["ATHENA_DEFAULTS_DIR"] = directory;
        daemon = program.Run();
        await daemon.SaysAsync("has started");
    }

    /// <summary>Power cut, and on again.</summary>
    public async Task KillAsync()
    {
        await daemon!.KillAsync();
        await daemon.DisposeAsync();
        daemon = program.Run();
        await daemon.SaysAsync("has started");
    }

    public async Task CheckAsync()
    {
        IReadOnlyList<DemoMessage> messages = [];
        var until = DateTimeOffset.UtcNow + Patience;
        for (; !messages.Any(IsPulseWithPeople) && DateTimeOffset.UtcNow < until; await Task.Delay(500))
            messages = await sandbox.MessagesAsync();
        promises.Check(
            "who uses Grafana came as a Telegram message",
            messages.Any(IsPulseWithPeople),
            string.Join("\n---\n", messages.Select(message => message.Text)));
        var windows = messages.Select(message => Window().Match(message.Text!)).Where(match => match.Success)
            .Select(match => match.Value).ToList();
        promises.Check(
            "no window was told twice, although the daemon was killed with -9",
            windows.Distinct().Count() == windows.Count,
            string.Join('\n', windows));
        promises.Check(
            "the bot's token is in no word of the daemon's",
            !daemon!.Output.Contains(program.Settings["TELEGRAM_BOT_TOKEN"], StringComparison.Ordinal));
        var once = await program.RunAsync("once", "--from", "00:00", "--output", "json");
        promises.Check(
            "once counts the people of the day",
            once.ExitCode == 0
                && JsonSerializer.Deserialize<JsonElement>(once.Output).GetProperty("totals").GetProperty("users").GetInt32() > 0,
            once.Text);
        var verified = await program.RunAsync("audit", "verify");
        promises.Check("its audit is whole", verified.ExitCode == 0, verified.Text);
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is not null) await daemon.DisposeAsync();
    }

    private static bool IsPulseWithPeople(DemoMessage message) =>
        Window().IsMatch(message.Text!) && message.Text!.Contains(" user", StringComparison.Ordinal);

    [GeneratedRegex("^Athena, \\d\\d:\\d\\d–\\d\\d:\\d\\d SAST", RegexOptions.Multiline)]
    private static partial Regex Window();
}
