using System.Globalization;
using Athena.EndToEnd.Harness;

namespace Athena.DemoCheck;

/// <summary>
/// grafana-compliance beside the rest: it decides an hour with people and one with administrators only while the mail server is down, and
/// is killed before it is back.
/// </summary>
internal sealed class ComplianceRehearsal(Promises promises, DemoSandbox sandbox, string directory) : IAsyncDisposable
{
    public const string Lead = "reports@first2lead.example";
    public const string Ops = "ops@athena.example";

    /// <summary>The outbox waits a while after a server that did not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly DaemonProgram program = new("grafana-compliance");
    private RunningDaemon? daemon;
    private DateTimeOffset adminsEnd;
    private DateTimeOffset usersEnd;

    public async Task DecideAndDieAsync()
    {
        Prepare();
        await using var first = program.Run();
        await first.SaysAsync(Id(adminsEnd));
        await first.KillAsync();
    }

    public async Task StartAgainAsync()
    {
        daemon = program.Run();
        await daemon.SaysAsync("has started");
    }

    public async Task CheckAsync()
    {
        IReadOnlyList<DemoMail> reports = [];
        for (var until = DateTimeOffset.UtcNow + Patience; reports.Count == 0 && DateTimeOffset.UtcNow < until; await Task.Delay(500))
            reports = [.. (await sandbox.MailsAsync()).Where(mail => mail.To.Contains(Lead))];
        promises.Check(
            "First2Lead has one mail about the hour of the administrators, although the daemon was killed with -9, and none about the "
            + "hour with people",
            reports.Select(mail => mail.MessageId).Distinct().Count() == 1
                && reports.All(mail => mail.Text!.Contains(Number(adminsEnd), StringComparison.Ordinal)),
            string.Join('\n', reports.Select(mail => $"{mail.MessageId} {mail.Subject}")));
        promises.Check(
            "it names both administrators and their dashboards by title",
            reports.Any(mail =>
                new[] { "athena-admin", "Ward Occupancy" }.All(word => mail.Text!.Contains(word, StringComparison.Ordinal))),
            string.Concat(reports.Select(mail => mail.Text)));
        promises.Check("it names nobody else", reports.All(mail => !mail.Text!.Contains("naledi", StringComparison.OrdinalIgnoreCase)));

        var told = await program.RunAsync("explain", Id(adminsEnd));
        promises.Check(
            "why there was a mail can be asked, and who accepted it",
            told.ExitCode == 0 && told.Output.Contains($"{Lead}: accepted by", StringComparison.Ordinal),
            told.Text);
        var silent = await program.RunAsync("explain", usersEnd.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture));
        promises.Check(
            "and why there was none",
            silent.Output.Contains("Outcome:  in use", StringComparison.Ordinal)
                && silent.Output.Contains("naledi", StringComparison.Ordinal),
            silent.Text);
        var verified = await program.RunAsync("audit", "verify");
        promises.Check("its audit is whole", verified.ExitCode == 0, verified.Text);
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is not null) await daemon.DisposeAsync();
    }

    /// <summary>The same settings as in <c>make demo</c>.</summary>
    private void Prepare()
    {
        var (addresses, settings) = (sandbox.Addresses, program.Settings);
        adminsEnd = addresses.GetProperty("past").GetProperty("adminsEnd").GetDateTimeOffset();
        usersEnd = addresses.GetProperty("past").GetProperty("usersEnd").GetDateTimeOffset();
        settings["GRAFANA_URL"] = addresses.GetProperty("grafana").GetString()!.TrimEnd('/');
        settings["GRAFANA_USER"] = addresses.GetProperty("worker").GetProperty("user").GetString()!;
        settings["GRAFANA_PASSWORD"] = addresses.GetProperty("worker").GetProperty("password").GetString()!;
        settings["LOG"] = "file:" + addresses.GetProperty("logFile").GetString();
        settings["ADMIN_USER_IDS"] = $"1,{addresses.GetProperty("humanAdmin").GetProperty("id").GetInt64()}";
        settings["SMTP_HOST"] = addresses.GetProperty("smtp").GetProperty("host").GetString()!;
        settings["SMTP_PORT"] = addresses.GetProperty("smtp").GetProperty("port").GetRawText();
        settings["SMTP_SECURITY"] = "none";
        settings["MAIL_FROM"] = "grafana@athena.example";
        settings["REPORT_TO"] = Lead;
        settings["OPS_MAIL_TO"] = Ops;
        settings["REPORT_HOURS"] = "00-23";
        settings["SETTLE"] = "2s";
        settings["REPORT_SINCE"] = usersEnd.AddMinutes(-1).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        settings["STATE_DIR"] = Path.Combine(directory, "compliance-state");
        settings["CONTROL_DIR"] = Directory.CreateDirectory(Path.Combine(directory, "compliance-run")).FullName;
        settings["ATHENA_DEFAULTS_DIR"] = directory;
    }

    /// <summary>As a reader knows the hour: by its begin, in the zone that nobody set.</summary>
    private static string Number(DateTimeOffset end) => end.AddHours(-1).ToOffset(TimeSpan.FromHours(2))
        .ToString("'AC-'yyyy-MM-dd'T'HHmm'+0200'", CultureInfo.InvariantCulture);

    private static string Id(DateTimeOffset end) => end.UtcDateTime.ToString("'AC-'yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
}
