using Athena.EndToEnd.Harness;

namespace Athena.DemoCheck;

/// <summary>
/// The demo without a person: ten people sign up at once, one of them with a hostile name; one is approved; the daemon is killed twice,
/// the mail server stops for a while, strangers lock the daemon's login. All must end right.
/// </summary>
internal sealed class SimulationRun(Promises promises)
{
    private const string HostileName = "<script>alert(1)</script>\r\nBcc: everybody@example.net";

    private static readonly string[] Admins = ["lindiwe@athena.example", "johan@athena.example"];

    /// <summary>More than five at once come as one digest, which collects for a minute.</summary>
    private static readonly TimeSpan MailPatience = TimeSpan.FromSeconds(120);

    private readonly DaemonProgram program = new();

    public async Task<int> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("athena-demo-check-").FullName;
        try
        {
            await using var sandbox = await DemoSandbox.StartAsync(FindSandbox(), directory, Path.Combine(directory, "state/audit.jsonl"));
            Prepare(sandbox, directory);
            await using var pulse = new PulseRehearsal(promises, sandbox, directory);
            await using var compliance = new ComplianceRehearsal(promises, sandbox, directory);
            await PlayAsync(sandbox, pulse, compliance);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or HttpRequestException or IOException)
        {
            promises.Check("it plays to the end", false, e.Message);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        return promises.Conclude();
    }

    private async Task PlayAsync(DemoSandbox sandbox, PulseRehearsal pulse, ComplianceRehearsal compliance)
    {
        await pulse.StartAsync();
        var baseline = await program.RunAsync("baseline", "--all");
        promises.Check("the baseline is made", baseline.ExitCode == 0, baseline.Text);
        var before = await sandbox.UsersAsync();
        var daemon = program.Run();
        try
        {
            await daemon.IsGuardingAsync();

            Console.WriteLine("  Ten people sign up at once, one with a hostile name; the daemon is killed among them.");
            var signUps = Enumerable.Range(1, 10)
                .Select(i => sandbox.SignUpAsync(i == 10 ? HostileName : $"Person {i}", $"person{i}@example.net")).ToList();
            await Task.WhenAny(signUps);
            await daemon.KillAsync();
            var ids = (await Task.WhenAll(signUps)).OfType<long>().ToList();
            daemon = await StartAgainAsync(daemon);
            await LockedAsync(sandbox, ids);
            promises.Check("all ten are disabled and have no session, although the daemon was killed with -9 in between", ids.Count == 10);

            Console.WriteLine("  An admin approves one of them in Grafana; the daemon is killed as they do.");
            var approved = ids[3];
            await sandbox.PressAsync($"users/{approved}/enable");
            await daemon.KillAsync();
            daemon = await StartAgainAsync(daemon);

            Console.WriteLine(
                "  The mail server stops. Strangers guess the daemon's password until Grafana refuses the right one, too. Somebody "
                + "signs up.");
            await sandbox.PressAsync("mail/stop");
            await compliance.DecideAndDieAsync();
            await sandbox.PressAsync($"grafana/guess?login={program.Settings["GRAFANA_USER"]}&times=8");
            var eleventh = (await sandbox.SignUpAsync("Person 11", "person11@example.net"))!.Value;
            await LockedAsync(sandbox, [eleventh]);
            promises.Check("with its login locked and no mail server it still disables who signs up", true);
            await sandbox.PressAsync("mail/start");
            await compliance.StartAgainAsync();
            ids.Add(eleventh);
            await pulse.KillAsync();

            Console.WriteLine("  The mail server is back. The admins must hear of everybody (a digest collects for a minute).");
            await MailedAsync(sandbox, ids);
            await CheckEndAsync(sandbox, before, ids, approved);
            await pulse.CheckAsync();
            await compliance.CheckAsync();
        }
        finally
        {
            await daemon.DisposeAsync();
        }
    }

    private async Task CheckEndAsync(DemoSandbox sandbox, IReadOnlyList<DemoUser> before, List<long> ids, long approved)
    {
        var users = await sandbox.UsersAsync();
        var mails = (await sandbox.MailsAsync())
            .Where(m => !m.To.Contains(ComplianceRehearsal.Lead) && !m.To.Contains(ComplianceRehearsal.Ops)).ToList();
        var people = users.Where(u => ids.Contains(u.Id)).ToList();
        promises.Check("everybody who was not approved is disabled and has no session",
            people.Where(u => u.Id != approved).All(u => u is { IsDisabled: true, Sessions: 0 }), string.Join('\n', people));
        promises.Check("the approved one is enabled and stays so", people.Single(u => u.Id == approved) is { IsDisabled: false });
        promises.Check(
            "nobody who was there before was touched", before.All(b => users.Any(u => u.Id == b.Id && u.IsDisabled == b.IsDisabled)));

        foreach (var admin in Admins)
            promises.Check($"{admin} has a mail about each of the {people.Count}", people.All(p => About(mails, p, admin).Any()));
        promises.Check("the admins were told who approved", mails.Any(m =>
            m.Subject.StartsWith("Approved", StringComparison.Ordinal) && m.Text!.Contains("athena-admin", StringComparison.Ordinal)));
        promises.Check(
            "copies of one mail carry one Message-ID",
            people.All(p => Questions(mails, p).Select(m => m.MessageId).Distinct().Count() <= 1),
            string.Join('\n', mails.Select(m => $"{m.MessageId} {m.Subject}")));
        promises.Check("mail went to the admins and the approved one only",
            mails.SelectMany(m => m.To).Distinct().All(to => Admins.Contains(to) || to == people.Single(p => p.Id == approved).Email),
            string.Join(", ", mails.SelectMany(m => m.To).Distinct()));
        promises.Check("the hostile name does nothing in a mail", mails.All(m =>
            !(m.Html ?? "").Contains("<script", StringComparison.OrdinalIgnoreCase)));

        var verified = await program.RunAsync("audit", "verify");
        promises.Check("the audit is whole", verified.ExitCode == 0, verified.Text);
        var status = await program.RunAsync("status");
        promises.Check("the daemon says that all is well", status.ExitCode == 0, status.Text);
        var pending = await program.RunAsync("pending");
        promises.Check(
            "the ten who wait are pending",
            pending.ExitCode == 0 && pending.Output.Contains("10 wait. ", StringComparison.Ordinal),
            pending.Text);
    }

    private static async Task LockedAsync(DemoSandbox sandbox, IReadOnlyList<long> ids)
    {
        IReadOnlyList<DemoUser> users = [];
        await UntilAsync(
            async () => (users = await sandbox.UsersAsync()).Where(u => ids.Contains(u.Id))
                .All(u => u is { IsDisabled: true, Sessions: 0 }),
            Eventually.Patience,
            () => "not locked: " + string.Join(", ", users.Where(u => ids.Contains(u.Id) && u is not { IsDisabled: true, Sessions: 0 })));
    }

    private static async Task MailedAsync(DemoSandbox sandbox, IReadOnlyList<long> ids)
    {
        var people = (await sandbox.UsersAsync()).Where(u => ids.Contains(u.Id)).ToList();
        IReadOnlyList<DemoMail> mails = [];
        await UntilAsync(
            async () => (mails = await sandbox.MailsAsync()).Count > 0
                && people.All(p => Admins.All(admin => About(mails, p, admin).Any())),
            MailPatience, () => "no mail about: " + string.Join(", ", people.Where(p => !About(mails, p, Admins[0]).Any())));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> otherwise)
    {
        for (var until = DateTimeOffset.UtcNow + patience; !await condition(); await Task.Delay(100))
            if (DateTimeOffset.UtcNow > until) throw new TimeoutException(otherwise());
    }

    private static IEnumerable<DemoMail> About(IReadOnlyList<DemoMail> mails, DemoUser person, string admin) =>
        mails.Where(m => m.To.Contains(admin) && m.Text!.Contains($"uid:{person.Uid}", StringComparison.Ordinal));

    private static IEnumerable<DemoMail> Questions(IReadOnlyList<DemoMail> mails, DemoUser person) =>
        About(mails, person, Admins[0]).Where(m => m.Subject.StartsWith("Locked", StringComparison.Ordinal));

    private async Task<RunningDaemon> StartAgainAsync(RunningDaemon killed)
    {
        await killed.DisposeAsync();
        var next = program.Run();
        await next.IsGuardingAsync();
        return next;
    }

    /// <summary>The same settings as in <c>make demo</c>.</summary>
    private void Prepare(DemoSandbox sandbox, string directory)
    {
        var (addresses, settings) = (sandbox.Addresses, program.Settings);
        var worker = addresses.GetProperty("worker");
        settings["GRAFANA_URL"] = addresses.GetProperty("grafana").GetString()!.TrimEnd('/');
        settings["GRAFANA_USER"] = worker.GetProperty("user").GetString()!;
        settings["GRAFANA_PASSWORD"] = worker.GetProperty("password").GetString()!;
        settings["LOG"] = "file:" + addresses.GetProperty("logFile").GetString();
        settings["SMTP_HOST"] = addresses.GetProperty("smtp").GetProperty("host").GetString()!;
        settings["SMTP_PORT"] = addresses.GetProperty("smtp").GetProperty("port").GetRawText();
        settings["SMTP_SECURITY"] = "none";
        settings["MAIL_FROM"] = "grafana@athena.example";
        settings["MAIL_TO"] = string.Join(',', Admins);
        settings["STATE_DIR"] = Path.Combine(directory, "state");
        settings["CONTROL_DIR"] = Directory.CreateDirectory(Path.Combine(directory, "run")).FullName;
        settings["ATHENA_DEFAULTS_DIR"] = directory;
    }

    /// <summary>The sandbox's build of the same configuration as ours.</summary>
    private static string FindSandbox()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var root = framework;
        while (!File.Exists(Path.Combine(root!.FullName, "Athena.Workers.sln"))) root = root.Parent;
        return Path.Combine(root.FullName, "sandbox/bin", framework.Parent!.Name, framework.Name, "athena-sandbox");
    }
}
