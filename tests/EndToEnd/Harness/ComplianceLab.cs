using System.Globalization;
using System.Text;
using System.Text.Json;
using Athena.Sandbox;
using Athena.Sandbox.Mail;

namespace Athena.EndToEnd.Harness;

/// <summary>
/// A stand-in Grafana with two admins, a nurse and the daemon's account, a log of the hours that are over, a mail server, and
/// grafana-compliance set up for them. What it has to catch up with are real windows of real hours: no clock is moved.
/// </summary>
internal sealed class ComplianceLab : IAsyncDisposable
{
    public const string Lead = "lead@first2lead.example";
    public const string SecondLead = "second@first2lead.example";
    public const string Ops = "ops@athena.example";
    public const string Password = "lab-User-1";
    private const string WorkerLogin = "athena-workers-7f3a";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("athena-compliance-");
    private readonly List<RunningDaemon> daemons = [];

    private ComplianceLab(StandInGrafana grafana, MailCatcher mail, string log, int hours)
    {
        (Grafana, Mail, LogFile) = (grafana, mail, log);
        var now = DateTimeOffset.UtcNow;
        LastEnd = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
        FirstEnd = LastEnd.AddHours(1 - hours);
    }

    public StandInGrafana Grafana { get; }

    public MailCatcher Mail { get; }

    public string LogFile { get; }

    public DaemonProgram Program { get; } = new("grafana-compliance");

    /// <summary>The ends of the first and the last window that are over when the lab is opened.</summary>
    public DateTimeOffset FirstEnd { get; }

    public DateTimeOffset LastEnd { get; }

    public string AuditFile => Path.Combine(StateDirectory, "audit.jsonl");

    /// <summary>Where the daemon looks for its files of settings.</summary>
    public string SettingsDirectory => directory.FullName;

    public string StateDirectory => Path.Combine(directory.FullName, "state");

    /// <summary>
    /// An hour in which the nurse works, too: every fourth, counted back from the last, which is one of the admin's alone.
    /// </summary>
    public bool IsInUse(DateTimeOffset end) => (LastEnd - end).TotalHours % 4 == 2;

    /// <param name="hours">So many windows are over and wait.</param>
    /// <param name="workerRole">The role of the daemon's account in its organisation; it is a server admin in any case.</param>
    /// <param name="output">What Grafana writes its log to besides the file; null for nothing.</param>
    public static async Task<ComplianceLab> OpenAsync(int hours, string workerRole = "Admin", Stream? output = null)
    {
        var log = Path.Combine(Directory.CreateTempSubdirectory("athena-compliance-log-").FullName, "grafana.log");
        var grafana = await StandInGrafana.StartAsync(new StandInOptions { LogFile = log, Output = output });
        var lab = new ComplianceLab(grafana, await MailCatcher.StartAsync(), log, hours);
        var longAgo = DateTimeOffset.UtcNow.AddDays(-100);
        var second = grafana.Database.AddUser(
            "second-admin", "second@athena.example", "Second Admin", Password, "Admin", serverAdmin: true, created: longAgo);
        var nurse = grafana.Database.AddUser("naledi", "naledi@athena.example", "Naledi", Password, created: longAgo);
        var worker = grafana.Database.AddUser(
            WorkerLogin, "workers@athena.example", "Athena workers", Password, workerRole, serverAdmin: true, created: longAgo);
        foreach (var (key, value) in lab.DefaultSettings($"{lab.Id("admin")},{second.Id}")) lab.Program.Settings[key] = value;
        lab.WriteLog(nurse.Id);
        return lab;
    }

    public RunningDaemon RunDaemon()
    {
        var daemon = Program.Run();
        daemons.Add(daemon);
        return daemon;
    }

    /// <summary>The daemon's decisions in the audit: report id and verdict, in order.</summary>
    public IReadOnlyList<(string Id, string Verdict)> Decisions() =>
        [
            .. AuditLines().Where(line => line.GetProperty("event").GetString() == "window-decided")
                .Select(line => (line.GetProperty("case").GetString()!, line.GetProperty("verdict").GetString()!)),
        ];

    /// <summary>All windows that ended in the lab's time are decided, and nothing waits to be sent.</summary>
    public Task IsDoneAsync(int decisions, TimeSpan? patience = null) => Eventually.TrueAsync(
        () => Decisions().Count >= decisions
            && Expected().All(mail =>
                Mail.Mails.Any(caught => caught.To.Contains(mail.To) && caught.Subject.Contains(mail.Hour, StringComparison.Ordinal))),
        $"{decisions} decisions and their mails", Story, patience);

    /// <summary>The reports that must have come: to whom, and what their subject must hold.</summary>
    public IEnumerable<(string Hour, string To)> Expected()
    {
        for (var end = FirstEnd; end <= LastEnd; end = end.AddHours(1))
        {
            if (IsInUse(end)) continue;
            var hour = string.Create(
                CultureInfo.InvariantCulture, $"{end.AddTicks(-1):d MMMM yyyy}, {end.AddHours(-1):HH:mm}–{end:HH:mm} UTC");
            yield return (hour, Lead);
            yield return (hour, SecondLead);
        }
    }

    public string Story() => $"Mails:\n{string.Join('\n', Mail.Mails.Select(mail => $"  {string.Join(',', mail.To)}: {mail.Subject}"))}\n"
        + string.Join("\n--- next start ---\n", daemons.Select(daemon => daemon.Output));

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in daemons) await daemon.DisposeAsync();
        await Mail.DisposeAsync();
        await Grafana.DisposeAsync();
        Directory.GetParent(LogFile)!.Delete(recursive: true);
        directory.Delete(recursive: true);
    }

    /// <summary>A person signs in as the daemon and looks at a dashboard.</summary>
    public async Task UseTheDaemonsAccountAsync()
    {
        using var browser = new HttpClient { BaseAddress = Grafana.Url };
        browser.DefaultRequestHeaders.Authorization = new(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WorkerLogin}:{Password}")));
        (await browser.GetAsync("api/search")).EnsureSuccessStatusCode();
    }

    private long Id(string login) => Grafana.Database.Find(login)!.Id;

    private IEnumerable<JsonElement> AuditLines()
    {
        if (!File.Exists(AuditFile)) return [];
        using var file = new FileStream(AuditFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n');

        // A crash leaves a line that is not whole, which the next start closes; what is being written has no end yet.
        List<JsonElement> whole = [];
        foreach (var line in lines[..^1])
        {
            try
            {
                whole.Add(JsonDocument.Parse(line).RootElement);
            }
            catch (JsonException)
            {
                continue;
            }
        }

        return whole;
    }

    /// <summary>Requests as Grafana writes them (docs/grafana.md §1), before anything that the stand-in itself writes.</summary>
    private void WriteLog(long nurse)
    {
        var log = new StringBuilder();
        Line(FirstEnd.AddHours(-2), 0, "", "/login");
        for (var end = FirstEnd; end <= LastEnd; end = end.AddHours(1))
        {
            Line(end.AddMinutes(-50), Id("admin"), "admin",
                "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/ward-occupancy/dto");
            if (IsInUse(end))
                Line(end.AddMinutes(-40), nurse, "naledi",
                    "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/theatre-plan/dto");
            Line(end.AddMinutes(-30), Id("admin"), "admin", "/api/search");
        }

        Grafana.Log.WritePast(Encoding.UTF8.GetBytes(log.ToString()));

        void Line(DateTimeOffset at, long id, string login, string path) => log.Append(CultureInfo.InvariantCulture,
            $"logger=context userId={id} orgId=1 uname={login} t={at:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'} level=info msg=\"Request "
            + $"Completed\" method=GET path={path} status=200 remote_addr=127.0.0.1 time_ms=7 duration=7.1ms size=519 referer= handler=/x "
            + $"status_source=server\n");
    }

    private Dictionary<string, string> DefaultSettings(string admins) => new()
    {
        ["GRAFANA_URL"] = Grafana.Url.ToString().TrimEnd('/'),
        ["GRAFANA_USER"] = WorkerLogin,
        ["GRAFANA_PASSWORD"] = Password,
        ["LOG"] = "file:" + LogFile,
        ["ADMIN_USER_IDS"] = admins,
        ["REPORT_TO"] = $"{Lead}, {SecondLead}",
        ["OPS_MAIL_TO"] = Ops,
        ["REPORT_HOURS"] = "00-23",
        ["REPORT_SINCE"] = FirstEnd.AddMinutes(-1).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        ["LOOK_BACK"] = "7d",
        ["SUMMARY"] = "no",
        ["TIMEZONE"] = "UTC",
        ["SMTP_HOST"] = MailCatcher.Host,
        ["SMTP_PORT"] = $"{Mail.Port}",
        ["SMTP_SECURITY"] = "none",
        ["MAIL_FROM"] = "grafana@athena.example",
        ["STATE_DIR"] = StateDirectory,
        ["CONTROL_DIR"] = directory.CreateSubdirectory("run").FullName,
        ["ATHENA_DEFAULTS_DIR"] = directory.FullName,
    };
}
