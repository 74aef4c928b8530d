using Athena.Sandbox;
using Athena.Sandbox.Journal;
using Athena.Sandbox.Telegram;

namespace Athena.EndToEnd.Harness;

/// <summary>
/// A stand-in Grafana with a few people, a Telegram that keeps what it is given, and grafana-active-users set up for them.
/// </summary>
internal sealed class PulseLab : IAsyncDisposable
{
    public const string Token = "123456789:lab_token_that_must_never_be_shown_0";
    private const string Password = "lab-User-1";
    private const string WorkerLogin = "athena-workers-7f3a";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("athena-pulse-");
    private readonly List<RunningDaemon> daemons = [];

    private PulseLab(StandInGrafana grafana, TelegramCatcher telegram)
    {
        (Grafana, Telegram) = (grafana, telegram);
    }

    public StandInGrafana Grafana { get; private set; }

    public TelegramCatcher Telegram { get; }

    public DaemonProgram Program { get; } = new("grafana-active-users");

    /// <summary>Where the daemon looks for its files of settings.</summary>
    public string SettingsDirectory => directory.FullName;

    public string StateDirectory => Path.Combine(directory.FullName, "state");

    /// <summary>A path in the lab's own directory.</summary>
    public string this[string name] => Path.Combine(directory.FullName, name);

    /// <param name="every">Windows so short that a test can wait for one.</param>
    /// <param name="journald">Where Grafana's log goes; null for a file.</param>
    /// <param name="output">What Grafana writes its log to, when that is the journal, or besides the file.</param>
    public static async Task<PulseLab> OpenAsync(string every = "10s", PrivateJournald? journald = null, Stream? output = null)
    {
        var log = Path.Combine(Directory.CreateTempSubdirectory("athena-pulse-log-").FullName, "grafana.log");
        var grafana = await StandInGrafana.StartAsync(journald is null
            ? new StandInOptions { LogFile = log, Output = output }
            : new StandInOptions { Output = output });
        var lab = new PulseLab(grafana, await TelegramCatcher.StartAsync());
        var longAgo = DateTimeOffset.UtcNow.AddDays(-100);
        grafana.Database.AddUser(
            WorkerLogin, "workers@athena.example", "Athena workers", Password, "Admin", serverAdmin: true, created: longAgo);
        grafana.Database.AddUser("naledi", "naledi@athena.example", "Naledi", Password, created: longAgo);
        foreach (var (key, value) in lab.DefaultSettings(journald?.Source ?? "file:" + log, every)) lab.Program.Settings[key] = value;
        return lab;
    }

    public RunningDaemon RunDaemon()
    {
        var daemon = Program.Run();
        daemons.Add(daemon);
        return daemon;
    }

    /// <summary>Somebody looks for a dashboard in Grafana.</summary>
    public Task WorkAsync(string login) => AskAsync(login, "/api/search?query=ward");

    /// <summary>Somebody opens a dashboard, and its page asks for its data.</summary>
    public async Task OpenDashboardAsync(string login, string dashboard)
    {
        await AskAsync(login, "/d/" + dashboard);
        await AskAsync(login, $"/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/{dashboard}/dto");
        await AskAsync(login, "/api/ds/query", new Uri(Grafana.Url, "/d/" + dashboard));
    }

    /// <summary>The text of the first message that fits, as it is read.</summary>
    public async Task<string> MessageAsync(Func<string, bool> fits, string what)
    {
        string? found = null;
        await Eventually.TrueAsync(
            () => (found = Messages.FirstOrDefault(fits)) is not null,
            $"a message: {what}",
            () => $"{string.Join("\n---\n", Messages)}\n{Story}");
        return found!;
    }

    /// <summary>All messages as they are read, the oldest first.</summary>
    public IReadOnlyList<string> Messages =>
        [.. Telegram.Messages.Select(message => message.Text.Replace("\u200b", "", StringComparison.Ordinal))];

    public string Story => string.Join("\n--- next start ---\n", daemons.Select(daemon => daemon.Output));

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in daemons) await daemon.DisposeAsync();
        await Telegram.DisposeAsync();
        await Grafana.DisposeAsync();
        directory.Delete(recursive: true);
    }

    /// <summary>Grafana gets a data source behind which nobody listens.</summary>
    public async Task AddDataSourceAsync(string name)
    {
        using var admin = new Visitor(Grafana, "admin", "admin");
        var (status, _) = await admin.AskAsync(
            "POST", "/api/datasources", new { name, uid = name, type = "prometheus", access = "proxy", url = "http://127.0.0.1:9" });
        Assert.That(status, Is.EqualTo(200));
    }

    private async Task AskAsync(string login, string path, Uri? postedFrom = null)
    {
        using var visitor = new Visitor(Grafana, login, Password);
        var (status, _) = await (postedFrom is null
            ? visitor.AskAsync("GET", path)
            : visitor.AskAsync("POST", path, new { }, postedFrom));
        Assert.That(status, Is.EqualTo(200));
    }

    private Dictionary<string, string> DefaultSettings(string log, string every) => new()
    {
        ["GRAFANA_URL"] = Grafana.Url.ToString().TrimEnd('/'),
        ["GRAFANA_USER"] = WorkerLogin,
        ["GRAFANA_PASSWORD"] = Password,
        ["LOG"] = log,
        ["PULSE_EVERY"] = every,
        ["SETTLE"] = "1s",
        ["TELEGRAM_API"] = Telegram.Url.ToString().TrimEnd('/'),
        ["TELEGRAM_BOT_TOKEN"] = Token,
        ["TELEGRAM_CHAT_ID"] = "-1001234567890",
        ["STATE_DIR"] = StateDirectory,
        ["CONTROL_DIR"] = directory.CreateSubdirectory("run").FullName,
        ["ATHENA_DEFAULTS_DIR"] = directory.FullName,
    };
}
