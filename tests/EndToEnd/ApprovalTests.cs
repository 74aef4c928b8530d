using Athena.EndToEnd.Harness;
using Athena.Sandbox;

namespace Athena.EndToEnd;

/// <summary>Whom an admin approved is never touched again, and everybody is told.</summary>
internal sealed class ApprovalTests
{
    [Test]
    public async Task Approved_in_Grafana_an_account_is_told_and_never_locked_again()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        var question = await lab.MailAsync("Locked, waiting for you: New Body");

        await lab.PressAsync("enable", lab.Account("new@example.net"));
        var outcome = await lab.MailAsync("Approved: New Body");
        var told = await lab.MailAsync(m => m.To.Contains("new@example.net"), "to the applicant");
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Text, Does.Contain("lindiwe (id"), "by whom");
            Assert.That(outcome.Root.Header("References"), Does.Contain(Thread(question)), "in the same thread");
            Assert.That(told.Subject, Does.Contain("is approved"));
        });

        // The account is used; the list is looked at several times; the daemon starts anew: nothing may touch it.
        await stranger.AskAsync("POST", "/login", new { user = "new@example.net", password = "lab-Self-1" });
        await daemon.KillAsync();
        var next = lab.RunDaemon();
        await next.IsGuardingAsync();
        using var other = await lab.SignUpAsync("other@example.net");
        await lab.IsLockedAsync("other@example.net");
        Assert.Multiple(async () =>
        {
            Assert.That(lab.Account("new@example.net").IsDisabled, Is.False);
            Assert.That(await stranger.IsInsideAsync(), Is.True);
            Assert.That((await lab.Program.RunAsync("audit", "verify")).ExitCode, Is.Zero);
        });
    }

    [Test]
    public async Task An_address_that_is_none_gets_no_mail()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("two@example.org,three@example.org");
        var account = lab.Account("two@example.org,three@example.org");
        await Eventually.TrueAsync(() => lab.IsLocked(account), "they are locked", lab.Story);
        await lab.PressAsync("enable", account);
        await lab.MailAsync("Approved:");
        using var plain = await lab.SignUpAsync("plain@example.org");
        await lab.IsLockedAsync("plain@example.org");
        await lab.PressAsync("enable", lab.Account("plain@example.org"));
        await lab.MailAsync(m => m.To.Contains("plain@example.org"), "to the plain address");
        Assert.That(lab.Mail.Mails.SelectMany(m => m.To).Distinct(), Is.EquivalentTo(
            new[] { Lab.FirstAdmin, Lab.SecondAdmin, "plain@example.org" }));
    }

    [Test]
    public async Task Enabled_without_a_line_an_account_is_accepted_with_a_loud_mail()
    {
        await using var lab = await Lab.OpenAsync(new StandInOptions { RouterLogging = false }, pollInterval: "1s");
        await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        await lab.PressAsync("enable", lab.Account("new@example.net"));
        var mail = await lab.MailAsync("ENABLED, the log does not show by whom: New Body");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Text, Does.Contain($"grafana-auto-disable reject uid:{lab.Account("new@example.net").Uid}"));
            Assert.That(lab.Account("new@example.net").IsDisabled, Is.False);
        });
    }

    [Test]
    public async Task Approved_while_the_daemon_was_down_an_account_stays_enabled_and_the_mail_says_by_whom()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        await daemon.KillAsync();
        await lab.PressAsync("enable", lab.Account("new@example.net"));
        await lab.RunDaemon().IsGuardingAsync();
        var mail = await lab.MailAsync("Approved: New Body");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Text, Does.Contain("lindiwe (id"));
            Assert.That(lab.Account("new@example.net").IsDisabled, Is.False);
        });
    }

    [Test]
    public async Task Deleted_in_Grafana_is_rejected_and_a_new_sign_up_with_the_same_name_is_a_new_matter()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        await lab.Admin.AskAsync("DELETE", $"/api/admin/users/{lab.Account("new@example.net").Id}");
        await lab.MailAsync("Rejected and deleted: New Body");
        using var again = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await Eventually.TrueAsync(
            () => lab.Mail.Mails.Count(m => m.Subject.StartsWith("Locked, waiting for you: New Body", StringComparison.Ordinal)) == 2,
            "a second question",
            lab.Story);
    }

    [Test]
    public async Task A_new_server_admin_is_reported_loudly_and_let_be()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        await lab.StartDaemonAsync();
        lab.Grafana.Database.AddUser("boss", "boss@example.net", "New Boss", "lab-User-1", "Admin", serverAdmin: true);
        await lab.MailAsync("ACTION NEEDED, a new server admin: New Boss");
        Assert.That(lab.Account("boss").IsDisabled, Is.False);
    }

    private static string Thread(Sandbox.Mail.CaughtMail question) =>
        question.Root.Header("References") is { Length: > 0 } references ? references : question.MessageId;
}
