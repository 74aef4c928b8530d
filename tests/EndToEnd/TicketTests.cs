using Athena.EndToEnd.Harness;
using Athena.Sandbox.Mail;

namespace Athena.EndToEnd;

/// <summary>A ticket system that is told by mail: one opens, one closes, whenever the daemon is killed.</summary>
[Order(0)] // Two minutes by the clock: begun first, nobody waits for them at the end.
internal sealed class TicketTests
{
    /// <summary>Grafana is looked at once a minute, and twice before somebody is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [Test]
    public async Task A_Grafana_that_is_down_opens_a_ticket_and_closes_it_in_one_thread_over_a_kill()
    {
        await using var mail = await MailCatcher.StartAsync();
        await using var lab = await PulseLab.OpenAsync();
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["SMTP_HOST"] = MailCatcher.Host,
            ["SMTP_PORT"] = $"{mail.Port}",
            ["SMTP_SECURITY"] = "none",
            ["MAIL_FROM"] = "grafana@hospital.example",
            ["TICKET_TO"] = "tickets@hospital.example",
            ["TENANT_ID"] = "hospital-a",
        })
            lab.Program.Settings[key] = value;
        var check = await lab.Program.RunAsync("check");
        var first = lab.RunDaemon();
        await lab.MessageAsync(text => text.Contains("Athena", StringComparison.Ordinal), "a pulse: it works");
        await lab.Grafana.StopListeningAsync();
        await Eventually.TrueAsync(() => mail.Mails.Count > 0, "the mail that opens", () => lab.Story, Patience);
        await first.KillAsync();
        lab.RunDaemon();
        await lab.Grafana.ListenAgainAsync();
        // What was taken a moment before the kill may come once more, as the same mail.
        await Eventually.TrueAsync(
            () => mail.Mails.Select(one => one.MessageId).Distinct().Count() > 1, "the mail that closes", () => lab.Story, Patience);
        var status = await lab.Program.RunAsync("status");

        var mails = mail.Mails.DistinctBy(one => one.MessageId).ToList();
        var keys = mails.Select(one => one.Subject[..(one.Subject.IndexOf(']', StringComparison.Ordinal) + 1)]).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(check.Text, Does.Contain("Tickets: troubles and alerts open and close them by mail to tickets@hospital.example"));
            Assert.That(mails, Has.Count.EqualTo(2));
            Assert.That(keys[0], Does.Match(@"^\[hospital-a/grafana-active-users/alert/GrafanaDown/\d+\]$"));
            Assert.That(keys[1], Is.EqualTo(keys[0]));
            Assert.That(mails[0].Subject, Does.EndWith("] Grafana does not answer"));
            Assert.That(mails[1].Subject, Does.EndWith("] Over: Grafana answers again"));
            foreach (var header in (string[])["References", "In-Reply-To"])
                Assert.That(mails[1].Root.Header(header), Is.Not.Empty.And.EqualTo(mails[0].Root.Header(header)), header);
            Assert.That(mails.Select(one => one.To), Is.All.EqualTo(new[] { "tickets@hospital.example" }));
            Assert.That(mails[0].Text, Does.Contain("Action:   open").And.Contain("Severity: critical"));
            Assert.That(mails[1].Text, Does.Contain("Action:   close"));
            Assert.That(status.Text, Does.Match("\nTicket +mails to tickets@hospital.example; nothing waits\n"));
        });
    }
}
