using System.Text.Json;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>What an admin does on the command line, with the daemon running (through its socket) and without.</summary>
internal sealed class CommandTests
{
    [Test]
    public async Task Pending_and_approve_with_the_daemon_running([Values] bool running)
    {
        await using var lab = await Lab.OpenAsync();
        using var stranger = await LockedAsync(lab, running);
        var account = lab.Account("new@example.net");
        var pending = await lab.Program.RunAsync("pending");
        var json = JsonSerializer.Deserialize<JsonElement>((await lab.Program.RunAsync("pending", "--output", "json")).Output);
        var approved = await lab.Program.RunAsync("approve", $"uid:{account.Uid}", "--reason", "the new registrar", "--yes");
        Assert.Multiple(() =>
        {
            Assert.That(pending.ExitCode, Is.Zero, pending.Text);
            Assert.That(pending.Output, Does.Contain("locked").And.Contain("new@example.net")
                .And.Contain($"grafana-auto-disable approve uid:{account.Uid}"));
            Assert.That(json[0].GetProperty("uid").GetString(), Is.EqualTo(account.Uid));
            Assert.That(approved.ExitCode, Is.Zero, approved.Text);
            Assert.That(approved.Output, Does.Contain("Approved"));
            Assert.That(account.IsDisabled, Is.False);
        });
        var mail = await lab.MailAsync("Approved: New Body");
        var history = await lab.Program.RunAsync("history", $"uid:{account.Uid}");
        var after = await lab.Program.RunAsync("pending");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Text, Does.Contain("the new registrar"));
            Assert.That(history.Output, Does.Contain("locked").And.Contain("approved").And.Contain("the new registrar"));
            Assert.That(after.Output, Does.Contain("Nobody waits for a decision."));
        });
    }

    [Test]
    public async Task Reject_and_delete([Values] bool running, [Values] bool delete)
    {
        await using var lab = await Lab.OpenAsync();
        using var stranger = await LockedAsync(lab, running);
        var result = await lab.Program.RunAsync(
        [
            .. (string[])["reject", "login:new@example.net", "--yes"],
            .. delete ? ["--delete"] : Array.Empty<string>(),
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Text);
            Assert.That(result.Output, Does.Contain(delete ? "deleted" : "locked"));
            Assert.That(lab.Grafana.Database.Find("new@example.net")?.IsDisabled, Is.EqualTo(delete ? null : true));
        });
        await lab.MailAsync(delete ? "Rejected and deleted: New Body" : "Rejected: New Body");
    }

    [Test]
    public async Task Reject_works_on_somebody_of_the_baseline()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        using var colleague = new Visitor(lab.Grafana);
        await colleague.AskAsync("POST", "/login", new { user = "colleague1", password = "lab-User-1" });
        var result = await lab.Program.RunAsync("reject", "colleague1", "--yes");
        Assert.Multiple(async () =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Text);
            Assert.That(lab.IsLocked(lab.Account("colleague1")), Is.True);
            Assert.That(await colleague.IsInsideAsync(), Is.False);
        });
    }

    [Test]
    public async Task Nobody_is_decided_about_where_nobody_is_there_to_be_asked_and_a_look_changes_nothing()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Account("admin").IsDisabled = true; // Grafana's own first account, which would be left beside lindiwe.
        await lab.StartDaemonAsync();
        var refused = await lab.Program.RunAsync("reject", "colleague1");
        var looked = await lab.Program.RunAsync("reject", "colleague1", "--dry-run");
        var last = await lab.Program.RunAsync("reject", "lindiwe", "--server-admin", "--yes");
        var found = await lab.Program.RunAsync("approve", "--found");
        var relocked = await lab.Program.RunAsync("relock", "--found");
        var agreed = await lab.Program.RunAsync("relock", "--found", "--yes");
        Assert.Multiple(() =>
        {
            Assert.That((refused.ExitCode, refused.Text), Is.EqualTo(
                (64, "Nobody is there to be asked. Look first, with --dry-run; then repeat with --yes.\n")));
            Assert.That((looked.ExitCode, looked.Error), Is.EqualTo((0, "")));
            Assert.That(looked.Output, Does.Contain($"uid:{lab.Account("colleague1").Uid}").And.Contain("Colleague 1")
                .And.Contain("there at the baseline").And.Contain("Nothing was changed."));
            Assert.That((last.ExitCode, last.Text), Is.EqualTo(
                (77,
                    "lindiwe is the last enabled server admin that is a person: nobody could let anybody in any more. Make another one "
                    + "first.\n")));
            Assert.That((found.ExitCode, found.Text, relocked.ExitCode, relocked.Text), Is.EqualTo((64, refused.Text, 64, refused.Text)));
            Assert.That((agreed.ExitCode, agreed.Text), Is.EqualTo((1, "Nobody is held as found enabled.\n")));
            Assert.That(lab.Account("colleague1").IsDisabled || lab.Account("lindiwe").IsDisabled, Is.False);
        });
    }

    [Test]
    public async Task A_word_that_fits_two_is_refused_with_both_shown()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        var colleague = lab.Account("colleague1");
        using var thief = await lab.SignUpAsync("i1@example.net", "Id thief", $"{colleague.Id}");
        await lab.IsLockedAsync("i1@example.net");
        var result = await lab.Program.RunAsync("approve", $"{colleague.Id}", "--yes");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Text, Does.Contain($"uid:{colleague.Uid}").And.Contain($"uid:{lab.Account("i1@example.net").Uid}"));
            Assert.That(lab.Account("i1@example.net").IsDisabled, Is.True);
        });
    }

    [Test]
    public async Task Nobody_rejects_the_daemon_itself()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.StartDaemonAsync();
        var result = await lab.Program.RunAsync("reject", Lab.WorkerLogin, "--yes");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Text, Does.Contain("daemon's own account"));
            Assert.That(lab.Account(Lab.WorkerLogin).IsDisabled, Is.False);
        });
    }

    [Test]
    public async Task Status_says_how_it_is_and_whether_it_runs()
    {
        await using var lab = await Lab.OpenAsync();
        var daemon = await lab.StartDaemonAsync();
        var well = await lab.Program.RunAsync("status");
        await daemon.StopAsync();
        var stopped = await lab.Program.RunAsync("status");
        Assert.Multiple(() =>
        {
            Assert.That(well.ExitCode, Is.Zero, well.Text);
            Assert.That(well.Output, Does.Contain("Every new account is locked.").And.Contain("Signed in").And.Contain("grafana.log")
                .And.Contain("none since the baseline"));
            Assert.That(stopped.ExitCode, Is.EqualTo(1));
            Assert.That(stopped.Text, Does.Contain("is not running").And.Contain("systemctl"));
        });
    }

    [Test]
    public async Task Check_tests_what_the_daemon_needs_and_sends_a_mail_when_asked()
    {
        await using var lab = await Lab.OpenAsync(new Sandbox.StandInOptions { AutoAssignOrgRole = "None" });
        await lab.MakeBaselineAsync();
        var sessions = lab.Grafana.Database.SessionsOf(lab.Account(Lab.WorkerLogin));
        var result = await lab.Program.RunAsync("check", "--send-test");
        var sessionsAfter = lab.Grafana.Database.SessionsOf(lab.Account(Lab.WorkerLogin));
        lab.Program.Settings["GRAFANA_PASSWORD"] = "wrong";
        lab.Program.Settings["SMTP_PORT"] = "1";
        lab.Program.Settings["STATE_DIR"] = lab["other"];
        var broken = await lab.Program.RunAsync("check");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.AnyOf(0, 2), result.Text);
            Assert.That(result.Output, Does.Not.Contain("FAILED").And.Contain("Signed in"));
            Assert.That(sessionsAfter, Is.EqualTo(sessions), "it signs out again");
            Assert.That(lab.Mail.Mails.SelectMany(m => m.To), Is.EquivalentTo(new[] { Lab.FirstAdmin, Lab.SecondAdmin }));
            Assert.That(broken.ExitCode, Is.EqualTo(1));
            Assert.That(
                broken.Output.Split('\n').Where(l => l.StartsWith("FAILED", StringComparison.Ordinal)),
                Is.All.Contain("→"),
                "each failure has its remedy");
            Assert.That(broken.Output, Does.Contain("GRAFANA_PASSWORD").And.Contain("SMTP_PORT"));
            Assert.That(broken.Output, Does.Not.Contain("wrong\""));
        });
    }

    [Test]
    public async Task Once_makes_one_pass_and_ends()
    {
        await using var lab = await Lab.OpenAsync();
        await lab.MakeBaselineAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        var result = await lab.Program.RunAsync("once");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Text);
            Assert.That(lab.IsLocked(lab.Account("new@example.net")), Is.True);
            Assert.That(lab.Mail.Mails.Select(m => m.Subject), Has.One.StartsWith("Locked, waiting for you: New Body"));
        });
    }

    /// <summary>A lab in which somebody waits, with the daemon running or stopped.</summary>
    private static async Task<Visitor> LockedAsync(Lab lab, bool running)
    {
        var daemon = await lab.StartDaemonAsync();
        var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.MailAsync("Locked, waiting for you: New Body");
        if (!running) await daemon.StopAsync();
        return stranger;
    }
}
