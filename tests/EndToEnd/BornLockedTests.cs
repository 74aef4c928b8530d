using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using Athena.Common.Tests.Grafana.Database;
using Athena.EndToEnd.Harness;
using Athena.Sandbox;
using Athena.Sandbox.Demo;
using Athena.Sandbox.Mail;
using Athena.Sandbox.Postgres;
using Athena.Sandbox.Telegram;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>
/// Born locked from end to end: a real PostgreSQL with Grafana's tables, in which the stand-in keeps its accounts and reads the flag back
/// as Grafana does, and the triggers as the command installs them.
/// </summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
[Parallelizable(ParallelScope.Self)] // The role has four connections in all.
internal sealed class BornLockedTests
{
    private GrafanaTables tables = null!;
    private PostgresTables shared = null!;

    [SetUp]
    public async Task OpenDatabase()
    {
        tables = await PostgresCluster.Need().CreateGrafanaAsync();
        shared = new PostgresTables(PostgresCluster.Need().AsAdmin(tables.Name)
            .Replace("Pooling=false", "Maximum Pool Size=1", StringComparison.Ordinal));
    }

    [TearDown]
    public async Task CloseDatabase()
    {
        shared?.Dispose();
        if (tables is not null) await tables.DisposeAsync();
    }

    /// <summary>The control without the triggers shows that the strangers of this test do get in where nothing keeps them out.</summary>
    [Test]
    public async Task With_no_daemon_at_all_not_one_request_of_anybody_new_is_answered([Values] bool isBornLocked)
    {
        await using var lab = await OpenAsync();
        if (isBornLocked) await InstallAsync(lab);
        var answered = 0;
        for (var i = 0; i < 6; i++)
        {
            using var stranger = await lab.SignUpAsync($"new{i}@example.net");
            foreach (var path in (string[])["/api/user", "/api/search", "/api/user/orgs"])
                if ((await stranger.AskAsync("GET", path)).Status == 200) answered++;
        }

        foreach (var way in (Outside[])[Outside.SingleSignOn, Outside.Directory, Outside.Proxy])
        {
            using var outsider = new Outsider(lab, way, $"from{way}".ToLowerInvariant());
            for (var times = 0; times < 3; times++)
                if (await outsider.ComeAsync() == 200) answered++;
        }

        Assert.That(answered, isBornLocked ? Is.Zero : Is.GreaterThan(20));
        using var colleague = new Visitor(lab.Grafana, "colleague1", "lab-User-1");
        Assert.That(await colleague.IsInsideAsync(), "who was there before is let be");
    }

    [Test]
    public async Task The_daemon_knows_tells_and_approves_as_ever_through_kills()
    {
        await using var lab = await OpenAsync();
        await InstallAsync(lab);
        var daemon = await lab.StartDaemonAsync();
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status")).Text.Contains("Born locked yes, since", StringComparison.Ordinal),
            "status says that it is installed",
            lab.Story);
        using var own = await lab.SignUpAsync("own@example.net", "Own Body");
        var mail = await lab.MailAsync("Locked, waiting for you: Own Body");
        Assert.That(Lab.Read(mail), Does.Contain("nobody has been inside, not for a moment")
            .And.Contain("Never inside: the account was disabled as it was made"));

        await daemon.KillAsync();
        using var meanwhile = await lab.SignUpAsync("meanwhile@example.net", "Mean While");
        Assert.That(await meanwhile.IsInsideAsync(), Is.False);
        daemon = lab.RunDaemon();
        await daemon.IsGuardingAsync();
        await lab.MailAsync("Locked, waiting for you: Mean While");

        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status"))
                .Text.Contains("disabled accounts was refused since", StringComparison.Ordinal),
            "what was tried is told of all together",
            lab.Story);
        await lab.PressAsync("enable", lab.Account("own@example.net"));
        await lab.MailAsync("Approved: Own Body");
        using var again = new Visitor(lab.Grafana, "own@example.net", "lab-Self-1");
        Assert.That(await again.IsInsideAsync(), "approved, they sign in");

        using var outsider = new Outsider(lab, Outside.Directory, "kagiso");
        Assert.That(await outsider.ComeAsync(), Is.EqualTo(401));
        await lab.MailAsync("Locked, waiting for you: kagiso");
        Assert.That(await outsider.ComeAsync(), Is.EqualTo(401), "a sign-in does not undo it");
        var approved = await lab.Program.RunAsync("approve", $"uid:{outsider.Account.Uid}", "--yes");
        Assert.That(approved.ExitCode, Is.Zero, approved.Text);
        Assert.That(await outsider.ComeAsync(), Is.EqualTo(200));
        Assert.That(File.Exists(Path.Combine(lab.StateDirectory, "born-locked")), "for revert and the removal of the package");
    }

    /// <summary>
    /// The log that it follows is none of this Grafana's, and the next look at the list is minutes away: only the database can have said
    /// it.
    /// </summary>
    [Test]
    public async Task The_word_of_the_database_wakes_it_where_neither_log_nor_list_tells_of_anybody()
    {
        await using var lab = await OpenAsync();
        await InstallAsync(lab);
        await File.WriteAllTextAsync(lab["other.log"], "logger=settings t=2026-11-20T10:00:00Z level=info msg=Starting\n");
        (lab.Program.Settings["LOG"], lab.Program.Settings["POLL_INTERVAL"], lab.Program.Settings["GRAFANA_TRUST_LOOPBACK"]) =
            ($"file:{lab["other.log"]}", "10m", "yes");
        await lab.StartDaemonAsync();
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status")).Text.Contains("Born locked yes", StringComparison.Ordinal),
            "it is seen",
            lab.Story);
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("pending")).Text.Contains("new@example.net", StringComparison.Ordinal),
            "they wait",
            lab.Story);
        Assert.That(await stranger.IsInsideAsync(), Is.False);
    }

    [Test]
    public async Task Who_begins_on_a_new_host_is_told_first_that_it_is_there_and_who_waits()
    {
        await using var lab = await OpenAsync();
        await InstallAsync(lab);
        using var stranger = await lab.SignUpAsync("waits@example.net", "Waits Body");
        var preview = await lab.Program.RunAsync("adopt", "--before", "2020-01-01", "--preview");
        var baseline = await lab.Program.RunAsync("baseline", "--all");
        Assert.Multiple(() =>
        {
            foreach (var said in (string[])[preview.Text, baseline.Text])
                Assert.That(said, Does.Contain("born locked here already").And.Contain("1 who is disabled may be waiting")
                    .And.Contain("waits@example.net"));
            Assert.That((preview.ExitCode, baseline.ExitCode), Is.EqualTo((0, 0)));
        });
    }

    [Test]
    public async Task Installed_looked_at_and_removed_by_command_and_a_drill_proves_it()
    {
        await using var lab = await OpenAsync();
        Assert.That((await lab.Program.RunAsync("born-locked", "status")).ExitCode, Is.EqualTo(2), "not installed");
        await InstallAsync(lab);
        var status = await lab.Program.RunAsync("born-locked", "status");
        Assert.That(status.ExitCode, Is.Zero, status.Text);
        Assert.That(status.Text, Does.Contain("Installed and whole"));
        await lab.StartDaemonAsync();
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status")).Text.Contains("Born locked yes", StringComparison.Ordinal),
            "it is seen",
            lab.Story);
        Assert.That((await lab.Program.RunAsync("check")).Output, Does.Contain("Born locked: Grafana's database disables new accounts")
            .And.Contain("welcome_email_on_sign_up is on").And.Not.Contain("pooler"));
        var drill = await lab.Program.RunAsync("drill", "--mail", "no");
        Assert.That(drill.ExitCode, Is.Zero, drill.Text);
        Assert.That(drill.Text, Does.Contain("never inside"));

        var removed = await lab.Program.RunWithAsync(Connection() + "\n", "born-locked", "remove", "--yes");
        Assert.That(removed.ExitCode, Is.Zero, removed.Text);
        Assert.That(
            removed.Text, Does.Contain("Removed: new accounts of Grafana are no longer born locked").And.Contain("no longer expects"));
        Assert.That((await lab.Program.RunAsync("born-locked", "status")).ExitCode, Is.EqualTo(2));
        Assert.That(
            (await lab.Program.RunAsync("check")).Output, Does.Not.Contain("welcome_email_on_sign_up").And.Not.Contain("Born locked:"));
        using var stranger = await lab.SignUpAsync("after@example.net");
        await lab.IsLockedAsync("after@example.net");
    }

    [Test]
    public async Task The_page_of_the_demo_shows_both_ways_side_by_side()
    {
        using var directory = new TemporaryDirectory();
        await using var grafana = await StandInGrafana.StartAsync(
            new StandInOptions { LogFile = directory["grafana.log"], Tables = shared });
        await using var mail = await MailCatcher.StartAsync();
        await using var telegram = await TelegramCatcher.StartAsync();
        await using var page = await DemoPage.StartAsync(
            grafana, mail, telegram,
            new DemoPageOptions { AdminUser = "admin", AdminPassword = "admin", BornLocked = new BornLockedSwitch(Connection()) });
        using var http = new HttpClient { BaseAddress = page.Url };
        await SignUpAsync("open@example.net");
        await Eventually.TrueAsync(async () => await AnsweredAsync("open@example.net") > 3, "whoever signs up is inside");

        await PressAsync("on");
        await SignUpAsync("born@example.net");
        await Eventually.TrueAsync(
            () => File.ReadAllText(directory["grafana.log"]).Contains("path=/api/user status=401", StringComparison.Ordinal),
            "they go on with their session");
        Assert.That(await AnsweredAsync("born@example.net"), Is.Zero);

        await PressAsync("off");
        await SignUpAsync("again@example.net");
        await Eventually.TrueAsync(async () => await AnsweredAsync("again@example.net") > 0, "inside, as before");

        async Task SignUpAsync(string email) =>
            (await http.PostAsJsonAsync("/sandbox/signup", new { name = email, email })).EnsureSuccessStatusCode();
        async Task PressAsync(string turn) =>
            (await http.PostAsync(new Uri("/sandbox/born-locked/" + turn, UriKind.Relative), null)).EnsureSuccessStatusCode();
        async Task<int> AnsweredAsync(string email) => (await http.GetFromJsonAsync<JsonElement>("/sandbox/users")).EnumerateArray()
            .Single(user => user.GetProperty("email").GetString() == email).GetProperty("answered").GetInt32();
    }

    [TestCase("mysql://root:secret@127.0.0.1/grafana", "PostgreSQL alone")]
    [TestCase("postgresql://postgres:secret@127.0.0.1:1/grafana", "No connection")]
    [TestCase("what is this", "cannot be read")]
    public async Task A_connection_that_is_of_no_use_is_said_without_its_secret(string connection, string sentence)
    {
        await using var lab = await OpenAsync();
        var result = await lab.Program.RunWithAsync(connection + "\n", "born-locked", "install", "--yes");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Text, Does.Contain("Nothing was changed").And.Contain(sentence).And.Not.Contain("secret"));
    }

    [Test]
    public async Task Taken_out_of_the_settings_it_is_said_by_mail_status_and_check_and_removed_while_nobody_runs_it_is_no_trouble_afterwards()
    {
        await using var lab = await OpenAsync();
        await InstallAsync(lab);
        var daemon = await lab.StartDaemonAsync();
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(lab.StateDirectory, "born-locked")), "it is seen", lab.Story);
        await daemon.StopAsync();
        lab.Program.Settings.Remove("GRAFANA_DATABASE");
        daemon = lab.RunDaemon();
        await daemon.IsGuardingAsync();
        await lab.MailAsync("born locked, and nobody looks after that any more");
        Assert.That((await lab.Program.RunAsync("status")).Text, Does.Contain("INSTALLED when it was last looked at")
            .And.Contain("born-locked remove"));
        Assert.That(
            (await lab.Program.RunAsync("check")).Text, Does.Contain("nobody looks after that, because GRAFANA_DATABASE is not set"));
        Assert.That((await lab.Program.RunAsync("born-locked", "status")).Text, Does.Contain("nobody looks any more")
            .And.Contain("born-locked remove"));

        await daemon.StopAsync();
        var removed = await lab.Program.RunWithAsync(Connection() + "\n", "born-locked", "remove", "--yes");
        Assert.That(removed.Text, Does.Contain("no longer expects"));
        Assert.That(File.Exists(Path.Combine(lab.StateDirectory, "born-locked")), Is.False);
        lab.Program.Settings["GRAFANA_DATABASE"] = tables.AsRole;
        daemon = lab.RunDaemon();
        await daemon.IsGuardingAsync();
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status")).Text.Contains("Born locked no; what it is", StringComparison.Ordinal),
            "it has looked",
            lab.Story);
        Assert.That(lab.Mail.Mails.Select(mail => mail.Subject), Has.None.Contains("may no longer be born locked"));
    }

    [Test]
    public async Task A_restore_of_the_data_alone_locks_everybody_and_one_command_lets_in_again_those_who_had_been_let_in()
    {
        await using var lab = await OpenAsync();
        await InstallAsync(lab);
        await lab.StartDaemonAsync();
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status")).Text.Contains("Born locked yes", StringComparison.Ordinal),
            "it is seen",
            lab.Story);
        using var own = await lab.SignUpAsync("own@example.net", "Own Body");
        await lab.MailAsync("Locked, waiting for you: Own Body");
        await lab.PressAsync("enable", lab.Account("own@example.net"));
        await lab.MailAsync("Approved: Own Body");
        using var waits = await lab.SignUpAsync("waits@example.net", "Waits Body");
        await lab.MailAsync("Locked, waiting for you: Waits Body");
        lab.Mail.Clear();

        PostgresCluster.Need().Psql(tables.Name, "-c",
            "BEGIN; CREATE TEMP TABLE dump AS SELECT * FROM \"user\"; DELETE FROM \"user\"; INSERT INTO \"user\" SELECT * FROM "
            + "dump; COMMIT;");
        foreach (var name in (string[])["other1", "other2"])
            lab.Grafana.Database.AddUser(
                name, $"{name}@elsewhere.example", name, "lab-User-1", created: DateTimeOffset.UtcNow.AddYears(-1));
        using (var colleague = new Visitor(lab.Grafana, "colleague1", "lab-User-1"))
            Assert.That(await colleague.IsInsideAsync(), Is.False, "the whole site is locked");
        await Eventually.TrueAsync(() => lab.Mail.Mails.Any(), "a mail", lab.Story, TimeSpan.FromMinutes(3));
        Assert.That(lab.Mail.Mails.Select(mail => mail.Subject).Distinct(), Is.EqualTo(
            new[] { "ACTION NEEDED, locked by an import: 7 people who had been let in" }));
        Assert.That(Lab.Read(lab.Mail.Mails[0]), Does.Contain("approve --imported").And.Contain("other1@elsewhere.example")
            .And.Contain("other2@elsewhere.example"));
        Assert.That((await lab.Program.RunAsync("status")).Text, Does.Contain("as by an import"));

        var shown = await lab.Program.RunAsync("approve", "--imported", "--dry-run");
        Assert.That((shown.ExitCode, shown.Output), Is.EqualTo((0, shown.Text)), shown.Text);
        Assert.That(shown.Text, Does.Contain("7 who had been let in").And.Contain("2 not known: ").And.Contain("1 waiting for a decision: ")
            .And.Contain("1 disabled before the daemon came: "));
        Assert.That((await lab.Program.RunAsync("approve", "--imported")).ExitCode, Is.EqualTo(64), "nobody is there to be asked");
        var letIn = await lab.Program.RunAsync("approve", "--imported", "--yes");
        Assert.That(letIn.Text, Does.Contain("Let in again: 7 of 7").And.Contain("They stay locked"));
        using (var colleague = new Visitor(lab.Grafana, "colleague1", "lab-User-1"))
            Assert.That(await colleague.IsInsideAsync(), "let in again");
        foreach (var name in (string[])["other1", "other2", "waits@example.net", "old.intern"])
            Assert.That(lab.Account(name).IsDisabled, name);
        await Eventually.TrueAsync(
            async () => await tables.ValueAsync(
                "SELECT string_agg(login, ' ' ORDER BY login) FROM \"user\" WHERE id IN (SELECT user_id FROM athena_workers.held) AND NOT "
                + "is_admin") is "old.intern other1 other2 waits@example.net",
            "only those are held who stay locked", lab.Story, TimeSpan.FromMinutes(2));
        Assert.That(lab.Mail.Mails.Select(mail => mail.Subject).Distinct().Count(), Is.EqualTo(1), "no mail about each");
    }

    [Test]
    public async Task Those_whom_an_admin_makes_by_hand_are_approved_by_one_command_and_nobody_who_signs_up_with_a_name_like_theirs()
    {
        await using var lab = await OpenAsync();
        await InstallAsync(lab);
        await lab.StartDaemonAsync();
        await Eventually.TrueAsync(
            async () => (await lab.Program.RunAsync("status")).Text.Contains("Born locked yes", StringComparison.Ordinal),
            "it is seen",
            lab.Story);
        await Task.Delay(TimeSpan.FromSeconds(62)); // Of what came before the daemon followed the log nothing is proved.
        using var twin = await lab.SignUpAsync("lindiwe@athena.example.net", "Lindiwe Dlamini", "lindiwe ");
        await lab.MailAsync("Locked, waiting for you: Lindiwe Dlamini");
        await Task.Delay(TimeSpan.FromSeconds(4));
        foreach (var name in (string[])["first", "second", "third"])
        {
            var (status, made) = await lab.Admin.AskAsync(
                "POST", "/api/admin/users", new { name, email = $"{name}@athena.example", login = name, password = "lab-User-1" });
            Assert.That(status, Is.EqualTo(200));
            if (name == "third")
                Assert.That(
                    (await lab.Admin.AskAsync(
                        "PUT", $"/api/admin/users/{made.GetProperty("id").GetInt64()}/permissions", new { isGrafanaAdmin = true })).Status,
                    Is.EqualTo(200));
        }

        var mail = await lab.MailAsync("third@athena.example");
        Assert.That(mail.Subject, Does.StartWith("Locked, waiting for you").And.Contain("[server admin]"));
        Assert.That(
            string.Join(' ', Lab.Read(mail).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            Does.Contain("lindiwe created this account in Grafana, as the log proves").And.Contain("s later by lindiwe (id")
                .And.Contain("approve --made-by id:"));
        Assert.That((await lab.Program.RunAsync("pending")).Text, Does.Contain("SERVER ADMIN: made server admin"));
        var shown = await lab.Program.RunAsync("approve", "--made-by", "login:lindiwe", "--dry-run");
        Assert.That(shown.Text, Does.Contain("3 who wait, made in Grafana by lindiwe (id").And.Not.Contain("athena.example.net"));
        var approved = await lab.Program.RunAsync("approve", "--made-by", "login:lindiwe", "--yes");
        Assert.That((approved.ExitCode, approved.Text.Split("Approved ").Length - 1), Is.EqualTo((0, 3)), approved.Text);
        foreach (var name in (string[])["first", "second", "third"]) Assert.That(lab.Account(name).IsDisabled, Is.False, name);
        Assert.That(lab.Account("lindiwe@athena.example.net").IsDisabled, "the twin waits");
    }

    [TestCase("mysql", "MySQL")]
    [TestCase("sqlite3", "SQLite")]
    public async Task Another_kind_of_database_is_said_at_once_and_nobody_is_asked_for_a_connection(string type, string name)
    {
        await using var lab = await Lab.OpenAsync(new StandInOptions { DatabaseType = type });
        var install = await lab.Program.RunAsync("born-locked", "install", "--yes");
        Assert.That((install.ExitCode, install.Text), Is.EqualTo(
            (1,
                $"Nothing was changed: Grafana keeps its data in {name}, and born locked works in PostgreSQL alone. There the daemon "
                + "locks new accounts as before, a moment after they are made.\n")));
        var status = await lab.Program.RunAsync("born-locked", "status");
        Assert.That((status.ExitCode, status.Text), Is.EqualTo(
            (2,
                $"Not installed, and it cannot be: Grafana keeps its data in {name}, and born locked works in PostgreSQL alone. There the "
                + "daemon locks new accounts as before, a moment after they are made.\n")));
    }

    private string Connection() => PostgresCluster.Need().AsAdmin(tables.Name);

    private async Task<Lab> OpenAsync()
    {
        var lab = await Lab.OpenAsync(ExternalUserTests.Options with { Tables = shared, WelcomeMail = true }, pollInterval: "1s");
        lab.Program.Settings["GRAFANA_DATABASE"] = tables.AsRole;
        return lab;
    }

    private async Task InstallAsync(Lab lab)
    {
        var installed = await lab.Program.RunWithAsync(Connection() + "\n", "born-locked", "install", "--yes");
        Assert.That(installed.ExitCode, Is.Zero, installed.Text);
        Assert.That(installed.Text, Does.Contain("Installed and whole"));
    }
}
