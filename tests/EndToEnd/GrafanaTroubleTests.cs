using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>
/// Grafana is down, slow, failing, forgetful or does not let us in: nobody is lost, and what is wrong is said with what to do.
/// </summary>
internal sealed class GrafanaTroubleTests
{
    [Test]
    public async Task Down_during_a_sign_up_it_is_asked_again_and_everybody_is_locked_when_it_is_up()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();
        await lab.Grafana.StopListeningAsync();
        await daemon.SaysAsync("Grafana does not answer us; it is asked again and again.");
        var status = await lab.Program.RunAsync("status");

        // Somebody came through another node, or while ours was restarting.
        lab.Grafana.Database.AddUser("meanwhile", "meanwhile@example.net", "Mean While", "lab-User-1");
        await lab.Grafana.ListenAgainAsync();
        await lab.IsLockedAsync("meanwhile");
        await daemon.SaysAsync("Over after");
        await lab.MailAsync("Locked, waiting for you: Mean While");
        Assert.Multiple(() =>
        {
            Assert.That(status.ExitCode, Is.EqualTo(1));
            Assert.That(status.Text, Does.Contain("TROUBLE").And.Contain("Grafana does not answer"));
            Assert.That(lab.Mail.Mails, Has.Count.EqualTo(1), "Grafana being down is not mailed");
        });
    }

    [Test]
    public async Task A_start_without_Grafana_waits_for_it()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.MakeBaselineAsync();
        await lab.Grafana.StopListeningAsync();
        lab.Grafana.Database.AddUser("meanwhile", "meanwhile@example.net");
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("Grafana does not answer");
        await lab.Grafana.ListenAgainAsync();
        await lab.IsLockedAsync("meanwhile");
    }

    [Test]
    public async Task Failing_calls_are_repeated_until_the_account_is_locked()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        lab.Grafana.Faults.Fail("POST /api/admin/users/:id/disable", 6);
        lab.Grafana.Faults.Fail("GET /api/users/lookup", 3);
        using var stranger = await lab.SignUpAsync("new@example.net");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync(m => m.Subject.StartsWith("Locked, waiting for you", StringComparison.Ordinal), "the question");
    }

    [Test]
    public async Task An_answer_that_was_lost_after_its_effect_is_read_back()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        lab.Grafana.Faults.LoseAnswer("POST /api/admin/users/:id/disable", 4);
        lab.Grafana.Faults.LoseAnswer("GET /api/admin/users/:id/auth-tokens", 2);
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        await lab.PressAsync("enable", lab.Account("new@example.net"));
        await lab.MailAsync("Approved: New Body");
        Assert.That(lab.Account("new@example.net").IsDisabled, Is.False);
    }

    [Test]
    public async Task The_database_of_Grafana_is_down_and_comes_back()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();
        lab.Grafana.Faults.DatabaseDown = true;
        await daemon.SaysAsync("Grafana runs, but says that its database does not answer.");
        var status = await lab.Program.RunAsync("status");
        var check = await lab.Program.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(status.Text, Does.Contain("systemctl status postgresql").And.Not.Contain("GRAFANA_PASSWORD"));
            Assert.That(check.Text, Does.Contain("systemctl status postgresql"));
        });
        lab.Grafana.Database.AddUser("meanwhile", "meanwhile@example.net");
        lab.Grafana.Faults.Clear();
        await lab.IsLockedAsync("meanwhile");
    }

    [Test]
    public async Task A_wrong_password_is_told_by_mail_status_and_journal_with_what_to_do_and_is_tried_once_only()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.MakeBaselineAsync();
        File.Delete(Path.Combine(lab.StateDirectory, "grafana-session.json"));
        lab.Program.Settings["GRAFANA_PASSWORD"] = "not-the-password";
        var daemon = lab.RunDaemon();
        var mail = await lab.MailAsync("ACTION NEEDED: new accounts are NOT being disabled, the daemon cannot sign in");
        await daemon.SaysAsync("New accounts are NOT being disabled: signed out of Grafana and no way in.");
        var status = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Text, Does.Contain("GRAFANA_PASSWORD").And.Contain("/etc/default/grafana-auto-disable")
                .And.Contain("grafana-auto-disable check"));
            Assert.That(daemon.Output, Does.Contain("GRAFANA_USER or GRAFANA_PASSWORD is wrong"));
            Assert.That(status.ExitCode, Is.EqualTo(1));
            Assert.That(status.Text, Does.Contain("NOT being disabled").And.Contain("next attempt"));
            Assert.That(status.Text + daemon.Output + mail.Text, Does.Not.Contain("not-the-password"));
        });

        // Guesses lock a login, ours count too: one attempt by login and one by e-mail, then a pause of minutes.
        var log = await File.ReadAllTextAsync(Path.Combine(lab.Logs.FullName, "grafana.log"));
        Assert.That(log.Split('\n').Count(l => l.Contains("path=/login status=401", StringComparison.Ordinal)), Is.LessThanOrEqualTo(2));

        // Put right and restarted, as the mail says, it works at once, and says so.
        await daemon.StopAsync();
        lab.Program.Settings["GRAFANA_PASSWORD"] = "lab-Worker-1";
        lab.Grafana.Database.AddUser("meanwhile", "meanwhile@example.net", "Mean While");
        var next = lab.RunDaemon();
        await next.IsGuardingAsync();
        await lab.IsLockedAsync("meanwhile");
        await lab.MailAsync("Resolved after");
    }

    [Test]
    public async Task A_missing_permission_is_named()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();
        lab.Grafana.Faults.Forbid("users:disable");
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var inside = await lab.MailAsync("ACTION NEEDED, could not be locked: New Body");
        var trouble = await lab.MailAsync("ACTION NEEDED: new accounts are NOT being disabled, a permission is missing");
        var pending = await lab.Program.RunAsync("pending");
        Assert.Multiple(() =>
        {
            Assert.That(Lab.Read(inside), Does.Contain("users:disable").And.Contain("Disable or delete it"));
            Assert.That(Lab.Read(trouble), Does.Contain("users:disable").And.Contain("server admin"));
            Assert.That(pending.Text, Does.Contain("STILL INSIDE").And.Contain("users:disable"));
            Assert.That(daemon.Said("STILL INSIDE"), Is.True);
        });

        lab.Grafana.Faults.Allow("users:disable");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        await lab.MailAsync("Resolved after");
    }

    [Test]
    public async Task The_list_is_not_shown_to_us()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();
        lab.Grafana.Faults.Forbid("users:read");
        var mail = await lab.MailAsync("a permission is missing");
        Assert.That(Lab.Read(mail), Does.Contain("users:read"));
        lab.Grafana.Faults.Clear();
        await daemon.SaysAsync("Over after");
    }

    [Test]
    public async Task An_external_user_is_signed_out_and_reported_as_still_inside()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.StartDaemonAsync();
        lab.Grafana.Database.AddUser("sso", "sso@example.net", "By Sso", authLabel: "Generic OAuth", externallySynced: true);
        var mail = await lab.MailAsync("ACTION NEEDED, could not be locked: By Sso");
        Assert.That(mail.Text, Does.Contain("single sign-on"));

        await Eventually.TrueAsync(
            async () => await lab.Program.RunAsync("status") is { ExitCode: 1 } status
                && status.Text.Contains("1 account is STILL INSIDE", StringComparison.Ordinal),
            "the status does not call everybody locked", lab.Story);
    }

    [Test]
    public async Task The_mail_server_is_down_and_nobody_waits_for_it()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        await lab.Mail.StopAsync();
        using var settled = await lab.SignUpAsync("settled@example.net", "Settled Body");
        using var open = await lab.SignUpAsync("open@example.net", "Open Body");
        await lab.IsLockedAsync("settled@example.net");
        await lab.IsLockedAsync("open@example.net");
        await Eventually.TrueAsync(() => daemon.Said("not yet"), "the daemon says that the mail waits", lab.Story);
        await lab.PressAsync("enable", lab.Account("settled@example.net"));
        await daemon.SaysAsync("Approved Settled Body");
        var status = await lab.Program.RunAsync("status");
        Assert.That(status.Output + status.Error, Does.Contain("waiting since").And.Contain("127.0.0.1")
            .And.Contain("the next attempt is at"));

        // A restart tries at once; a question that was settled meanwhile is not asked any more, its outcome is told.
        await daemon.KillAsync();
        lab.Mail.StartAgain();
        await lab.RunDaemon().IsGuardingAsync();
        await lab.MailAsync("Locked, waiting for you: Open Body");
        await lab.MailAsync("Approved: Settled Body");
        Assert.That(lab.Mail.Mails.Select(m => m.Subject), Has.None.Contains("waiting for you: Settled"));
    }

    [Test]
    public async Task What_waits_for_a_mail_server_waits_no_longer_when_a_check_finds_that_well()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        await lab.Mail.StopAsync();
        using var visitor = await lab.SignUpAsync("open@example.net", "Open Body");
        await Eventually.TrueAsync(() => daemon.Said("not yet"), "the daemon says that the mail waits", lab.Story);
        lab.Mail.StartAgain();
        var check = await lab.Program.RunAsync("check");
        var status = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That(check.Output, Does.Contain("Mail: 127.0.0.1"), check.Text);
            Assert.That(status.Text, Does.Contain("\nMail ").And.Not.Contain("the next attempt is at"), "its pause is over");
        });
        await lab.MailAsync("Locked, waiting for you: Open Body");
    }

    [Test]
    public async Task One_admin_is_refused_for_good_and_the_other_is_told_all_the_same()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        lab.Mail.Refuse(Lab.SecondAdmin);
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var mail = await lab.MailAsync("Locked, waiting for you: New Body");
        await daemon.SaysAsync($"to {Lab.SecondAdmin}: refused; ");
        Assert.That(mail.To, Is.EqualTo(new[] { Lab.FirstAdmin }));
    }
}
