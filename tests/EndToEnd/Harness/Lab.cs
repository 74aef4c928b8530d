using Athena.Sandbox;
using Athena.Sandbox.Grafana;
using Athena.Sandbox.Mail;

namespace Athena.EndToEnd.Harness;

/// <summary>
/// A hospital in a temporary directory: a stand-in Grafana with an admin, some colleagues and the daemon's account, a mail server, and
/// the daemon's program set up for them.
/// </summary>
internal sealed class Lab : IAsyncDisposable
{
    public const string FirstAdmin = "lindiwe@athena.example";
    public const string SecondAdmin = "johan@athena.example";
    public const string WorkerLogin = "athena-workers-7f3a";
    private const string WorkerPassword = "lab-Worker-1";
    private const string HumanPassword = "lab-Human-1";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("athena-e2e-");
    private readonly List<RunningDaemon> daemons = [];

    private Lab(StandInGrafana grafana, MailCatcher mail, DirectoryInfo logs)
    {
        Grafana = grafana;
        Mail = mail;
        Logs = logs;
        Admin = new Visitor(grafana, "lindiwe", HumanPassword);
    }

    public StandInGrafana Grafana { get; }

    public MailCatcher Mail { get; }

    /// <summary>A human server admin who works in Grafana's pages; not the daemon's account.</summary>
    public Visitor Admin { get; }

    /// <summary>The daemon's program and settings.</summary>
    public DaemonProgram Program { get; } = new();

    /// <summary>Where Grafana's log lies.</summary>
    public DirectoryInfo Logs { get; }

    /// <summary>Made when it is first written to, as the daemon does it.</summary>
    public string StateDirectory => Path.Combine(directory.FullName, "state");

    public string StateFile => Path.Combine(StateDirectory, "state.json");

    /// <summary>A path in the lab's own directory.</summary>
    public string this[string name] => Path.Combine(directory.FullName, name);

    /// <param name="pollInterval">
    /// Long by default, so that what a test sees comes from the log and not from the regular look at the list.
    /// </param>
    public static async Task<Lab> OpenAsync(StandInOptions? options = null, string pollInterval = "10m")
    {
        var logs = Directory.CreateTempSubdirectory("athena-e2e-log-");
        var grafana = await StandInGrafana.StartAsync(
            (options ?? new StandInOptions()) with { LogFile = Path.Combine(logs.FullName, "grafana.log") });
        var lab = new Lab(grafana, await MailCatcher.StartAsync(), logs);
        var longAgo = DateTimeOffset.UtcNow.AddDays(-100);
        grafana.Database.AddUser("lindiwe", FirstAdmin, "Lindiwe Dlamini", HumanPassword, "Admin", serverAdmin: true, created: longAgo);
        grafana.Database.AddUser(
            WorkerLogin, "workers-7f3a@athena.example", "Athena workers", WorkerPassword, "Admin", serverAdmin: true, created: longAgo);
        for (var i = 1; i <= 6; i++)
            grafana.Database.AddUser($"colleague{i}", $"colleague{i}@athena.example", $"Colleague {i}", "lab-User-1", created: longAgo);
        grafana.Database.AddUser("old.intern", "old.intern@athena.example", "Former Intern", disabled: true, created: longAgo);
        foreach (var (key, value) in lab.DefaultSettings(pollInterval)) lab.Program.Settings[key] = value;
        return lab;
    }

    /// <summary>Remembers who is there: what a person does before the first start.</summary>
    public async Task MakeBaselineAsync()
    {
        var result = await Program.RunAsync("baseline", "--all");
        if (result.ExitCode != 0) throw new InvalidOperationException(result.ToString());
        Mail.Clear();
    }

    /// <summary>Starts the daemon and waits until it guards the door.</summary>
    public async Task<RunningDaemon> StartDaemonAsync(bool baseline = true)
    {
        if (baseline) await MakeBaselineAsync();
        var daemon = RunDaemon();
        await daemon.IsGuardingAsync();
        return daemon;
    }

    /// <summary>Starts the daemon and does not wait.</summary>
    public RunningDaemon RunDaemon(params string[] arguments)
    {
        var daemon = Program.Run(arguments);
        daemons.Add(daemon);
        return daemon;
    }

    public Account Account(string who) => Grafana.Database.Find(who) ?? throw new InvalidOperationException($"{who} is not in Grafana.");

    /// <summary>Somebody signs up in the form and keeps their browser open.</summary>
    public async Task<Visitor> SignUpAsync(string email, string name = "Some Body", string? login = null)
    {
        var visitor = new Visitor(Grafana);
        Assert.That(await visitor.SignUpAsync(email, name, login), Is.EqualTo(200), $"the stand-in refuses the sign-up of {email}");
        return visitor;
    }

    /// <summary>Locked means disabled and without a session.</summary>
    public bool IsLocked(Account account) => account.IsDisabled && Grafana.Database.SessionsOf(account) == 0;

    public Task IsLockedAsync(string who) => Eventually.TrueAsync(() => IsLocked(Account(who)), $"{who} is locked", Story);

    /// <summary>An admin presses a button in Grafana's page, which calls by uid.</summary>
    public async Task PressAsync(string button, Account account)
    {
        var (status, _) = await Admin.AskAsync("POST", $"/api/admin/users/{account.Uid}/{button}");
        Assert.That(status, Is.EqualTo(200), $"{button} by the admin");
    }

    /// <summary>The first mail that fits, now or when it comes.</summary>
    public async Task<CaughtMail> MailAsync(Func<CaughtMail, bool> fits, string what)
    {
        CaughtMail? found = null;
        await Eventually.TrueAsync(() => (found = Mail.Mails.FirstOrDefault(fits)) is not null, $"a mail: {what}",
            () => $"Mails so far:\n{string.Join('\n', Mail.Mails.Select(m => $"  {string.Join(',', m.To)}: {m.Subject}"))}\n{Story()}");
        return found!;
    }

    public Task<CaughtMail> MailAsync(string subject) => MailAsync(m => m.Subject.Contains(subject, StringComparison.Ordinal), subject);

    /// <summary>
    /// The text as it is read: what was typed by strangers, or came from Grafana, holds invisible characters that keep mail programs from
    /// making links of it.
    /// </summary>
    public static string Read(CaughtMail mail) => mail.Text.Replace("\u200b", "", StringComparison.Ordinal);

    /// <summary>What the daemons of this lab said.</summary>
    public string Story() => string.Join("\n--- next start ---\n", daemons.Select(d => d.Output));

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in daemons) await daemon.DisposeAsync();
        Admin.Dispose();
        await Mail.DisposeAsync();
        await Grafana.DisposeAsync();
        directory.Delete(recursive: true);
        Logs.Delete(recursive: true);
    }

    private Dictionary<string, string> DefaultSettings(string pollInterval) => new()
    {
        ["GRAFANA_URL"] = Grafana.Url.ToString().TrimEnd('/'),
        ["GRAFANA_USER"] = WorkerLogin,
        ["GRAFANA_PASSWORD"] = WorkerPassword,
        ["LOG"] = "file:" + Path.Combine(Logs.FullName, "grafana.log"),
        ["POLL_INTERVAL"] = pollInterval,
        ["SMTP_HOST"] = MailCatcher.Host,
        ["SMTP_PORT"] = $"{Mail.Port}",
        ["SMTP_SECURITY"] = "none",
        ["MAIL_FROM"] = "grafana@athena.example",
        ["MAIL_TO"] = $"{FirstAdmin}, {SecondAdmin}",
        ["UNDO_FOR"] = "0s",
        ["TIMEZONE"] = "UTC",
        ["STATE_DIR"] = StateDirectory,
        ["CONTROL_DIR"] = ControlDirectory(),
        ["ATHENA_DEFAULTS_DIR"] = directory.FullName,
    };

    private string ControlDirectory() => directory.CreateSubdirectory("run").FullName;
}
