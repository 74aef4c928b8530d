using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>What the daemon remembers is missing, damaged, cannot be written, or belongs to somebody else.</summary>
internal sealed class StateTests
{
    [Test]
    public async Task Without_a_baseline_it_ends_with_78_and_names_the_command()
    {
        await using var lab = await Lab.OpenAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        var daemon = lab.RunDaemon();
        Assert.Multiple(async () =>
        {
            Assert.That(await daemon.EndsAsync(), Is.EqualTo(78));
            Assert.That(daemon.Output, Does.Contain("There is no baseline yet")
                .And.Contain("sudo grafana-auto-disable activate, or by hand: baseline"));
            Assert.That(lab.Account("new@example.net").IsDisabled, Is.False, "it locks nobody");
        });
    }

    [Test]
    public async Task A_baseline_admits_the_old_and_counts_the_young_as_new_when_told_so()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        using var young = await lab.SignUpAsync("young@example.net", "Young Body");
        var made = await lab.Program.RunAsync("baseline", "--before", DateTimeOffset.UtcNow.AddDays(-1).ToString("yyyy-MM-dd"));
        var mail = await lab.MailAsync(m => m.To.Contains(Lab.FirstAdmin), "about the baseline");
        var again = await lab.Program.RunAsync("baseline", "--all");
        await lab.RunDaemon().IsGuardingAsync();
        await lab.IsLockedAsync("young@example.net");
        Assert.Multiple(() =>
        {
            Assert.That(made.ExitCode, Is.Zero, made.Text);
            Assert.That(made.Output, Does.Contain("young@example.net").And.Contain("1 count as new").And.Contain("systemctl start"));
            Assert.That(mail.Attachments, Is.Not.Empty);
            Assert.That(again.ExitCode, Is.EqualTo(1));
            Assert.That(again.Text, Does.Contain("There is a baseline already"));
            Assert.That(lab.Grafana.Database.Users.Count(u => u.IsDisabled), Is.EqualTo(2), "the intern of before, and the young one");
        });
    }

    [Test]
    public async Task A_damaged_state_with_a_good_copy_goes_on_and_says_so()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        await daemon.StopAsync();
        await File.WriteAllTextAsync(lab.StateFile, "{\"half");
        var next = lab.RunDaemon();
        await next.IsGuardingAsync();
        using var other = await lab.SignUpAsync("other@example.net");
        await lab.IsLockedAsync("other@example.net");
        Assert.Multiple(() =>
        {
            Assert.That(next.Output, Does.Contain("state.json"));
            Assert.That(
                lab.Grafana.Database.Users.Where(u => u.IsDisabled).Select(u => u.Login),
                Is.EquivalentTo(new[] { "old.intern", "new@example.net", "other@example.net" }));
        });
    }

    [Test]
    public async Task Both_copies_damaged_it_sends_a_mail_ends_with_78_and_changes_nothing()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you");
        await daemon.StopAsync();
        string[] copies = [lab.StateFile, Path.Combine(lab.StateDirectory, "state.previous.json")];
        foreach (var copy in copies) await File.WriteAllTextAsync(copy, "rubbish");
        using var other = await lab.SignUpAsync("other@example.net");

        var next = lab.RunDaemon();
        var code = await next.EndsAsync();
        var mail = await lab.MailAsync("ACTION NEEDED: new accounts are NOT being disabled, the daemon's state is damaged");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(78));
            Assert.That(next.Output, Does.Contain("New accounts are NOT being disabled").And.Contain("backup")
                .And.Contain("grafana-auto-disable baseline"));
            Assert.That(mail.Text, Does.Contain("backup").And.Contain("state.previous.json"));
            Assert.That(copies.Select(File.ReadAllText), Is.All.EqualTo("rubbish"));
            Assert.That(lab.Account("other@example.net").IsDisabled, Is.False);
        });
    }

    [Test]
    public async Task A_full_disk_does_not_keep_it_from_locking_and_room_ends_the_trouble()
    {
        await using var lab = await Lab.OpenAsync();
        await using var disk = await SmallDisk.MountAsync(lab.StateDirectory);
        var daemon = await lab.StartDaemonAsync();
        disk.Fill();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");

        // A file that was being replaced has left a page free, and the first lock may have found it.
        disk.Fill();
        using var next = await lab.SignUpAsync("next@example.net", "Next Body");
        await lab.IsLockedAsync("next@example.net");
        var mail = await lab.MailAsync("ACTION NEEDED: the daemon cannot save its state");
        var status = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Text, Does.Contain("Make room"));
            Assert.That(status.Text, Does.Contain("The state cannot be written"));
        });

        disk.Empty();
        await daemon.SaysAsync("Over after");
        await daemon.StopAsync();
        await lab.RunDaemon().IsGuardingAsync();
        var pending = await lab.Program.RunAsync("pending");
        var verified = await lab.Program.RunAsync("audit", "verify");
        Assert.Multiple(() =>
        {
            Assert.That(pending.Output, Does.Contain("new@example.net"), "what happened meanwhile is remembered");
            Assert.That(verified.ExitCode, Is.Zero, verified.Text);
            Assert.That(
                lab.Mail.Mails.Count(m => m.Subject.StartsWith("Locked, waiting for you: New Body", StringComparison.Ordinal)),
                Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_start_on_a_full_disk_guards_all_the_same()
    {
        await using var lab = await Lab.OpenAsync();
        await using var disk = await SmallDisk.MountAsync(lab.StateDirectory);
        await lab.MakeBaselineAsync();
        disk.Fill();
        await lab.RunDaemon().IsGuardingAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        await lab.MailAsync("ACTION NEEDED: the daemon cannot save its state");
    }

    [Test]
    public async Task A_disk_that_became_read_only_does_not_keep_it_from_locking()
    {
        await using var lab = await Lab.OpenAsync();
        await using var disk = await SmallDisk.MountAsync(lab.StateDirectory);
        var daemon = await lab.StartDaemonAsync();

        // As the kernel does it on a fault of the disk: files that are open for writing do not hinder it, so the outbox and the state,
        // which are written anew each time, meet it first.
        disk.Cover();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        await lab.MailAsync("ACTION NEEDED: the daemon cannot save its state");
        disk.Uncover();
        await daemon.SaysAsync("Over after");
        await daemon.KillAsync();
        await lab.RunDaemon().IsGuardingAsync();
        Assert.That((await lab.Program.RunAsync("pending")).Output, Does.Contain("new@example.net"));
    }

    [Test]
    public async Task A_start_on_a_read_only_disk_is_a_fault_that_systemd_repeats()
    {
        await using var lab = await Lab.OpenAsync();
        await using var disk = await SmallDisk.MountAsync(lab.StateDirectory);
        await lab.MakeBaselineAsync();
        disk.Cover();
        var daemon = lab.RunDaemon();
        var code = await daemon.EndsAsync();
        disk.Uncover();
        await lab.RunDaemon().IsGuardingAsync();
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1), "not 78, after which systemd would leave the door open");
            Assert.That(daemon.Output, Does.Contain($"STATE_DIR {lab.StateDirectory} cannot be used").And.Contain("can be written")
                .And.Not.Contain("   at "));
        });
    }

    [Test]
    public async Task A_state_directory_that_cannot_be_made_is_named_with_what_to_do()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["STATE_DIR"] = "/proc/no/such";
        var daemon = lab.RunDaemon();
        Assert.Multiple(async () =>
        {
            Assert.That(await daemon.EndsAsync(), Is.EqualTo(78));
            Assert.That(daemon.Output, Does.Contain("/proc/no/such").And.Contain("STATE_DIR").And.Not.Contain("   at "));
        });
    }

    [Test]
    public async Task A_second_daemon_on_the_same_state_is_told_who_has_it()
    {
        await using var lab = await Lab.OpenAsync();
        var first = await lab.StartDaemonAsync();
        var second = lab.RunDaemon();
        Assert.Multiple(async () =>
        {
            Assert.That(await second.EndsAsync(), Is.EqualTo(1));
            Assert.That(
                second.Output, Does.Contain($"in use by process {first.Id}").And.Not.Contain("   at "), "a sentence, no stack trace");
            Assert.That(first.HasEnded, Is.False);
            Assert.That((await lab.Program.RunAsync("status")).ExitCode, Is.Zero, "and has not lost its socket");
        });
    }

    [Test]
    public async Task A_stop_takes_less_than_five_seconds_and_loses_nothing()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        lab.Grafana.Faults.Slowness = TimeSpan.FromSeconds(8);
        var strangers = Enumerable.Range(1, 3)
            .Select(i => lab.Grafana.Database.AddUser($"s{i}", $"s{i}@example.net", $"Stranger {i}", "lab-User-1")).ToList();
        using var stranger = new Visitor(lab.Grafana);
        var signUp = stranger.SignUpAsync("late@example.net", "Late Body");
        await Eventually.TrueAsync(() => lab.Grafana.Database.Find("late@example.net") is not null, "the sign-up took effect");
        var (code, took) = await daemon.StopAsync();
        lab.Grafana.Faults.Clear();
        await signUp;
        await lab.RunDaemon().IsGuardingAsync();
        foreach (var login in strangers.Select(s => s.Login).Append("late@example.net")) await lab.IsLockedAsync(login);
        await lab.MailAsync("Late Body");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero, daemon.Output);
            Assert.That(daemon.Output, Does.Not.Contain("control socket"), "a stop is no fault of the socket");
            Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)), "the limit is a promise to systemd, not a measurement");
        });
    }

    [Test]
    public async Task A_dry_run_changes_nothing_and_a_real_run_locks_all()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.MakeBaselineAsync();
        var before = Fingerprint(lab.StateDirectory);
        var daemon = lab.RunDaemon("run", "--dry-run");
        await daemon.IsGuardingAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var account = lab.Account("new@example.net");
        await daemon.SaysAsync($"Would disable user id {account.Id}");
        await daemon.SaysAsync($"Would send to {Lab.FirstAdmin}, {Lab.SecondAdmin}: Locked, waiting for you: New Body");
        var (code, _) = await daemon.StopAsync();
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero);
            Assert.That(daemon.Output, Does.Contain("Dry run: nobody is locked"));
            Assert.That(account.IsDisabled, Is.False);
            Assert.That(lab.Grafana.Database.SessionsOf(account), Is.EqualTo(1));
            Assert.That(Fingerprint(lab.StateDirectory), Is.EqualTo(before), "no state, no outbox, no audit");
            Assert.That(lab.Mail.Mails, Is.Empty);
        });

        await lab.RunDaemon().IsGuardingAsync();
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
    }

    [Test]
    public async Task A_restored_database_is_noticed_and_only_the_new_are_locked_until_it_is_accepted()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();

        // An older backup: most of the accounts that we know are not there, others of old are.
        foreach (var i in Enumerable.Range(1, 6)) lab.Grafana.Database.Remove(lab.Account($"colleague{i}"));
        var longAgo = DateTimeOffset.UtcNow.AddDays(-400);
        foreach (var i in Enumerable.Range(1, 3))
            lab.Grafana.Database.AddUser($"former{i}", $"former{i}@athena.example", $"Former {i}", "lab-User-1", created: longAgo);
        var mail = await lab.MailAsync("this is not the Grafana that the daemon knows");
        await daemon.SaysAsync("This is not the Grafana that we know.");
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        var status = await lab.Program.RunAsync("status");
        var asked = await lab.Program.RunAsync("accept-database");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Text, Does.Contain("grafana-auto-disable accept-database").And.Contain("GRAFANA_URL"));
            Assert.That(status.ExitCode, Is.EqualTo(1));
            Assert.That(status.Text, Does.Contain("accept-database"));
            Assert.That(
                lab.Grafana.Database.Users.Where(u =>
                    u.Login.StartsWith("former", StringComparison.Ordinal) && u.IsDisabled && u.Login != "old.intern"),
                Is.Empty);
            Assert.That(asked.Text, Does.Contain("former1@athena.example").And.Contain("--yes"), "lists them and asks");
        });

        var accepted = await lab.Program.RunAsync("accept-database", "--yes");
        await lab.MailAsync("Resolved after");
        var after = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That(accepted.ExitCode, Is.Zero, accepted.Text);
            Assert.That(after.ExitCode, Is.Zero, after.Text);
            Assert.That(
                lab.Grafana.Database.Users.Where(u => u.IsDisabled).Select(u => u.Login),
                Is.EquivalentTo(new[] { "old.intern", "new@example.net" }));
        });
    }

    [Test]
    public async Task Faulty_settings_end_with_78_and_every_fault_is_named()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["MAIL_TO"] = "nobody at all";
        lab.Program.Settings["POLL_INTERVAL"] = "often";
        lab.Program.Settings["GRAFANA_PASSWROD"] = "s3cret-typo";
        lab.Program.Settings.Remove("SMTP_HOST");
        var daemon = lab.RunDaemon();
        Assert.Multiple(async () =>
        {
            Assert.That(await daemon.EndsAsync(), Is.EqualTo(78));
            Assert.That(daemon.Output, Does.Contain("MAIL_TO").And.Contain("POLL_INTERVAL").And.Contain("SMTP_HOST")
                .And.Contain("GRAFANA_PASSWROD"));
            Assert.That(daemon.Output, Does.Contain("/etc/default/grafana-auto-disable").And.Not.Contain("s3cret-typo"));
        });
    }

    private static string Fingerprint(string directory) => string.Join(
        '\n', Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) is not ("lock" or "grafana-session.json")).Order(StringComparer.Ordinal)
            .Select(f => $"{f} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}"));
}
