using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>The daemons' own account: made by a command beside whatever locks new accounts, and given what it lacks.</summary>
internal sealed class AccountTests
{
    private const string AdminPassword = "lab-Human-1";

    [Test]
    public async Task An_account_is_made_beside_the_running_gate_with_all_rights_and_nobody_is_asked_about_it()
    {
        await using var lab = await OpenAsync();
        await lab.StartDaemonAsync();
        lab.Program.Settings.Remove("GRAFANA_USER");
        lab.Program.Settings.Remove("GRAFANA_PASSWORD");
        await File.WriteAllTextAsync(lab["athena-workers"], "# ours\nOPS_MAIL_TO=ops@athena.example\n");
        var made = await CreateAsync(lab);

        var written = await File.ReadAllTextAsync(lab["athena-workers"]);
        var login = Line(written, "GRAFANA_USER=");
        var account = lab.Account(login);
        var roles = await RolesAsync(lab, account.Id);
        await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you");
        var check = await lab.Program.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(made.ExitCode, Is.Zero, made.Text);
            Assert.That(made.Output, Does.Contain("is told of the account, and lets it be").And.Not.Contain("Something has locked it"));
            Assert.That((account.IsDisabled, account.IsServerAdmin), Is.EqualTo((false, true)));
            Assert.That(roles, Is.EquivalentTo(new[] { "Main Org.: Admin", "Clinic North: Admin" }));
            Assert.That(File.GetUnixFileMode(lab["athena-workers"]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(written, Does.StartWith("# ours\nOPS_MAIL_TO=ops@athena.example\n"));
            Assert.That(made.Text, Does.Not.Contain(Line(written, "GRAFANA_PASSWORD=")).And.Not.Contain(AdminPassword));
            Assert.That(lab.Mail.Mails.Select(mail => mail.Subject), Has.None.Contains(login).And.None.Contains("server admin"));
            Assert.That(check.Output, Does.Contain($"Signed in as {login}, a server admin"), check.Text);
        });
    }

    [Test]
    public async Task Locked_by_an_old_guard_it_is_enabled_again()
    {
        await using var lab = await OpenAsync();
        lab.Program.Settings.Remove("GRAFANA_USER");
        lab.Program.Settings.Remove("GRAFANA_PASSWORD");
        using var stop = new CancellationTokenSource();
        var guard = OldGuardAsync(lab, stop.Token);
        var made = await CreateAsync(lab);
        await stop.CancelAsync();
        await guard;
        Assert.Multiple(() =>
        {
            Assert.That(made.ExitCode, Is.Zero, made.Text);
            Assert.That(
                made.Output,
                Does.Contain("Something has locked it").And.Contain("It is still enabled").And.Not.Contain("told of the account"));
        });
    }

    [Test]
    public async Task With_a_wrong_password_nothing_is_changed_and_it_is_sent_once()
    {
        await using var lab = await OpenAsync();
        lab.Program.Settings.Remove("GRAFANA_USER");
        lab.Program.Settings.Remove("GRAFANA_PASSWORD");
        var before = lab.Grafana.Database.Users.Count;
        await File.WriteAllTextAsync(lab["password"], "wrong\n");
        var made = await lab.Program.RunAsync(
            "account", "create", "--user", "lindiwe", "--password-file", lab["password"], "--pause", "1s");
        Assert.Multiple(() =>
        {
            Assert.That(made.ExitCode, Is.EqualTo(1), made.Text);
            Assert.That(lab.Grafana.Database.Users, Has.Count.EqualTo(before));
            Assert.That(File.Exists(lab["athena-workers"]) && File.ReadAllText(lab["athena-workers"]).Length > 0, Is.False);
        });
    }

    [Test]
    public async Task One_that_lacks_rights_gets_them_from_itself_and_a_disabled_one_from_an_admin()
    {
        await using var lab = await OpenAsync();
        var worker = lab.Account(Lab.WorkerLogin);
        var repaired = await lab.Program.RunAsync("account", "repair");
        Assert.That(repaired.ExitCode, Is.Zero, repaired.Text);
        Assert.That(await RolesAsync(lab, worker.Id), Is.EquivalentTo(new[] { "Main Org.: Admin", "Clinic North: Admin" }));
        Assert.That(repaired.Output, Does.Contain("It is Admin of Clinic North"));

        await lab.PressAsync("disable", worker);
        await File.WriteAllTextAsync(lab["password"], AdminPassword);
        var alone = await lab.Program.RunAsync("account", "repair");
        var helped = await lab.Program.RunAsync(
            "account", "repair", "--user", "lindiwe", "--password-file", lab["password"], "--pause", "1s");
        Assert.Multiple(() =>
        {
            Assert.That(alone.ExitCode, Is.EqualTo(1), alone.Text);
            Assert.That(alone.Output, Does.Contain("--user LOGIN"));
            Assert.That(helped.ExitCode, Is.Zero, helped.Text);
            Assert.That(worker.IsDisabled, Is.False);
        });
    }

    private static async Task<Lab> OpenAsync()
    {
        var lab = await Lab.OpenAsync();
        Assert.That((await lab.Admin.AskAsync("POST", "/api/orgs", new { name = "Clinic North" })).Status, Is.EqualTo(200));
        return lab;
    }

    private static async Task<CommandResult> CreateAsync(Lab lab)
    {
        await File.WriteAllTextAsync(lab["password"], AdminPassword + "\n");
        return await lab.Program.RunAsync("account", "create", "--user", "lindiwe", "--password-file", lab["password"], "--pause", "2s");
    }

    private static async Task<IReadOnlyList<string>> RolesAsync(Lab lab, long id) =>
        [
            .. (await lab.Admin.AskAsync("GET", $"/api/users/{id}/orgs")).Json.EnumerateArray()
                .Select(one => $"{one.GetProperty("name").GetString()}: {one.GetProperty("role").GetString()}"),
        ];

    /// <summary>Disables the account once, after it was enabled: as a timer does that has not seen it before.</summary>
    private static async Task OldGuardAsync(Lab lab, CancellationToken stop)
    {
        var log = Path.Combine(lab.Logs.FullName, "grafana.log");
        HashSet<long> known = [.. lab.Grafana.Database.Users.Select(account => account.Id)];
        while (!stop.IsCancellationRequested)
        {
            foreach (var account in lab.Grafana.Database.Users.Where(account => !known.Contains(account.Id)).ToList())
            {
                if (!(await ReadAsync(log)).Contains($"/api/admin/users/{account.Id}/enable", StringComparison.Ordinal)) continue;
                known.Add(account.Id);
                await lab.PressAsync("disable", account);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
    }

    private static async Task<string> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }

    private static string Line(string text, string key) =>
        text.Split('\n').Single(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..];
}
