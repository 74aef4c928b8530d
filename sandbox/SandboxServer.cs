using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Athena.Sandbox.Demo;
using Athena.Sandbox.Grafana;
using Athena.Sandbox.GrafanaLog;
using Athena.Sandbox.Loki;
using Athena.Sandbox.Mail;
using Athena.Sandbox.Postgres;
using Athena.Sandbox.Telegram;

namespace Athena.Sandbox;

/// <summary><c>serve</c> and <c>demo</c>: starts the parts, writes where they are, and waits for SIGINT or SIGTERM.</summary>
internal static class SandboxServer
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly string[] ServeOptions =
        [
            "port", "directory", "admin-password", "users", "latency", "log-format", "log-mode", "router-logging-off", "max-lines",
            "offset", "auth-proxy", "single-sign-on", "postgres", "to-output", "loki-port",
        ];

    private static readonly string[] DemoOptions =
        ["page-port", "smtp-port", "telegram-port", "audit", "speed", "database", "smtp-tls", "daemons", "zone", "metrics", "prometheus"];

    /// <summary>Of Grafana's lines in the stand-in Loki.</summary>
    private static readonly Dictionary<string, string> LokiLabels = new() { ["unit"] = "grafana-server.service", ["host"] = "sandbox" };

    public static async Task<int> ServeAsync(string[] args, bool demo)
    {
        var line = new CommandLine(args, demo ? [.. ServeOptions, .. DemoOptions] : ServeOptions);
        var directory = Path.GetFullPath(line.Text("directory") ?? Path.Combine(Path.GetTempPath(), "athena-sandbox"));
        Directory.CreateDirectory(directory);
        using var tables = line.Text("postgres") is { } connection ? new PostgresTables(connection) : null;
        await using var loki = line.Has("loki-port")
            ? await StandInLoki.StartAsync(line.Number("loki-port", 0)).ConfigureAwait(false)
            : null;
        var options = Read(line, directory, demo) with { Tables = tables };
        if (loki is not null) options = options with { Output = new ShippingStream(loki, LokiLabels) };
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var database = line.Text("database") is { } kept ? Path.GetFullPath(kept) : null;
        RecordedPast? past = null;
        await using var grafana = await StandInGrafana.StartAsync(options, Furnish).ConfigureAwait(false);
        if (past is not null) await DemoAsync(line, directory, options, grafana, past, database, stop.Token).ConfigureAwait(false);
        else await AloneAsync(directory, options, grafana, loki?.Url, stop.Token).ConfigureAwait(false);
        return 0;

        void Furnish(StandInGrafana fresh)
        {
            for (var i = 0; i < line.Number("users", 0); i++)
                fresh.Database.AddUser(
                    $"staff{i:D5}", $"staff{i:D5}@example.org", $"Staff {i}", Secret(), created: options.Time.GetUtcNow().AddDays(-30));
            if (!demo) return;
            DemoSeed.Plant(fresh, options.Time, Secret(), Secret());
            past = new RecordedPast(fresh, options);
            if (File.Exists(database)) fresh.Database.Restore(DatabaseDump.Read(database));
            else past.Write();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task AloneAsync(
        string directory, StandInOptions options, StandInGrafana grafana, Uri? loki, CancellationToken stop)
    {
        var admin = new { user = options.AdminUser, password = options.AdminPassword };
        var file = Announce(directory, new { grafana = grafana.Url, logFile = options.LogFile, loki, admin });
        if (options.Output is null) Console.WriteLine($"Stand-in Grafana at {grafana.Url} (log {options.LogFile}, passwords in {file})");
        await WaitAsync(Task.Delay(Timeout.Infinite, stop)).ConfigureAwait(false);
    }

    private static async Task DemoAsync(
        CommandLine line, string directory, StandInOptions options, StandInGrafana grafana, RecordedPast past, string? database,
        CancellationToken stop)
    {
        var (admin, human, worker) = (
            grafana.Database.Find(options.AdminUser)!,
            grafana.Database.Find(DemoSeed.HumanAdmin)!,
            grafana.Database.Find(DemoSeed.Worker)!);
        await using var mail = await MailCatcher.StartAsync(new MailCatcherOptions
        {
            Port = line.Number("smtp-port", 0),
            StartTls = line.Has("smtp-tls"),
        }).ConfigureAwait(false);
        if (mail.Certificate is { } certificate) File.WriteAllText(Path.Combine(directory, "smtp.pem"), certificate.ExportCertificatePem());
        await using var telegram = await TelegramCatcher.StartAsync(line.Number("telegram-port", 0)).ConfigureAwait(false);
        var audit = line.Text("audit") is { } path ? Path.GetFullPath(path) : Path.Combine(directory, "state", "audit.jsonl");
        await using var page = await DemoPage.StartAsync(
            grafana, mail, telegram,
            new DemoPageOptions
            {
                Port = line.Number("page-port", 0),
                AdminUser = DemoSeed.HumanAdmin,
                AdminPassword = human.Password,
                LogFile = options.LogFile,
                AuditFile = audit,
                DatabaseFile = database,
                Daemons = line.Text("daemons") is { } daemons ? DemoDaemon.Parse(daemons) : [],
                MetricsFolder = line.Text("metrics") is { } metrics ? Path.GetFullPath(metrics) : null,
                Prometheus = line.Text("prometheus") is { } prometheus ? new Uri(prometheus) : null,
                Zone = TimeZoneInfo.FindSystemTimeZoneById(line.Text("zone") ?? "UTC"),
                BornLocked = line.Text("postgres") is { } owner ? new BornLockedSwitch(owner) : null,
            },
            stop).ConfigureAwait(false);
        var file = Announce(directory, new
        {
            grafana = grafana.Url,
            page = page.Url,
            smtp = new { host = MailCatcher.Host, port = mail.Port },
            // Any token and chat would do; these have the right form.
            telegram = new
            {
                api = telegram.Url.GetLeftPart(UriPartial.Authority),
                token = "123456789:demo_token_of_no_bot_at_all_000000000",
                chat = "-1001234567890",
                lindiwe = DemoSeed.Lindiwe,
            },
            logFile = options.LogFile,
            auditFile = audit,
            admin = new { user = admin.Login, password = admin.Password },
            humanAdmin = new { id = human.Id, user = human.Login, password = human.Password },
            worker = new { user = worker.Login, password = worker.Password },
            // The hours that are over, for grafana-compliance.
            past = new { usersEnd = past.UsersEnd, adminsEnd = past.AdminsEnd },
        });
        if (options.Output is null) Console.WriteLine($"""

              Athena sandbox          {page.Url}

              Open that address: what there is to try stands on the page, and is ticked as you do it.

              Stand-in Grafana        {grafana.Url}
              Mail catcher            {MailCatcher.Host}:{mail.Port}
              Telegram                {telegram.Url.GetLeftPart(UriPartial.Authority)}
              Log                     {options.LogFile}
              Addresses, passwords    {file}

            """);
        var speed = double.Parse(line.Text("speed") ?? "3", CultureInfo.InvariantCulture);
        await WaitAsync(speed > 0 ? new RecordedTraffic(grafana, options, speed).PlayAsync(stop) : Task.Delay(Timeout.Infinite, stop))
            .ConfigureAwait(false);
        if (database is not null) grafana.Database.Dump().Write(database);
    }

    private static StandInOptions Read(CommandLine line, string directory, bool demo) => new()
    {
        Port = line.Number("port", 0),
        AdminPassword = line.Text("admin-password") ?? Secret(),
        LogFile = Path.Combine(directory, "grafana.log"),
        LogFormat = line.Text("log-format") == "json" ? LogFormat.Json : LogFormat.Text,
        Output = line.Has("to-output") ? Console.OpenStandardOutput() : null,
        LogMode = line.Text("log-mode") ?? "file",
        RouterLogging = !line.Has("router-logging-off"),
        LogMaxLines = line.Number("max-lines", demo ? 5_000 : 1_000_000),
        Latency = line.Text("latency") == "none" ? Latency.None : Latency.Recorded,
        ServerOffset = line.Text("offset") is { } offset
            ? TimeSpan.Parse(offset.TrimStart('+'), CultureInfo.InvariantCulture)
            : TimeSpan.Zero,
        AuthProxy = line.Has("auth-proxy"),
        Visitor = demo ? DemoSeed.HumanAdmin : null,
        SingleSignOn = line.Has("single-sign-on") ? new SingleSignOn.SingleSignOnOptions() : null,
    };

    /// <summary>Written whole or not at all, and for its owner only: it holds passwords.</summary>
    private static string Announce(string directory, object content)
    {
        var path = Path.Combine(directory, "sandbox.json");
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(path + ".new");
        using (var file = new FileStream(path + ".new", how)) JsonSerializer.Serialize(file, content, Json);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    private static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    private static async Task WaitAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}
