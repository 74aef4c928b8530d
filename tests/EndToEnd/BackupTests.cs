using System.Text.Json;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>
/// A backup of the running daemon, a kill, an empty directory, a restore: it goes on, and nobody is locked or written to twice in silence.
/// </summary>
internal sealed class BackupTests
{
    [Test]
    public async Task The_gate_goes_on_and_finds_in_the_log_what_its_memory_lacks()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "1s");
        var daemon = await lab.StartDaemonAsync();
        using var waiting = await lab.SignUpAsync("waiting@example.net", "Waiting Body");
        await lab.MailAsync("Locked, waiting for you: Waiting Body");

        // While people go on signing up.
        var storm = Task.WhenAll(Enumerable.Range(0, 2).Select(i => lab.SignUpAsync($"storm{i}@example.net", $"Storm Body {i}")));
        var backup = await lab.Program.RunAsync("backup", lab["gate.tar.gz"]);
        foreach (var visitor in await storm) visitor.Dispose();
        Assert.That(backup.ExitCode, Is.Zero, backup.ToString());

        using var approved = await lab.SignUpAsync("approved@example.net", "Approved Body");
        await lab.MailAsync("Locked, waiting for you: Approved Body");
        await lab.PressAsync("enable", lab.Account("approved@example.net"));
        await lab.MailAsync("Approved: Approved Body");
        for (var i = 0; i < 2; i++) await lab.IsLockedAsync($"storm{i}@example.net");
        var refused = await lab.Program.RunAsync("restore", lab["gate.tar.gz"], "--replace");
        await daemon.KillAsync();
        Directory.Delete(lab.StateDirectory, recursive: true);

        var restored = await lab.Program.RunAsync("restore", lab["gate.tar.gz"]);
        Assert.That(restored.ExitCode, Is.Zero, restored.ToString());
        using var meanwhile = await lab.SignUpAsync("meanwhile@example.net", "Meanwhile Body");
        var next = lab.RunDaemon();
        await next.IsGuardingAsync();
        await lab.IsLockedAsync("meanwhile@example.net");
        await lab.MailAsync("Locked, waiting for you: Meanwhile Body");
        var one = await lab.MailAsync("Restored from a backup");
        var pending = await lab.Program.RunAsync("pending");
        var verified = await lab.Program.RunAsync("audit", "verify");
        Assert.Multiple(() =>
        {
            Assert.That(refused.Text, Does.Contain("sudo systemctl stop grafana-auto-disable"));
            Assert.That(lab.Account("approved@example.net").IsDisabled, Is.False, "the log still shows who enabled it");
            Assert.That(
                lab.Mail.Mails.Count(mail =>
                    mail.Subject.Contains("Waiting Body", StringComparison.Ordinal) && mail.To.Contains(Lab.FirstAdmin)),
                Is.EqualTo(1),
                "nobody is asked twice about them");
            Assert.That(pending.Output, Does.Contain("waiting@example.net").And.Contain("meanwhile@example.net")
                .And.Contain("storm0@example.net").And.Not.Contain("approved@"));
            Assert.That(Lab.Read(one), Does.Contain("approve --until"));
            Assert.That(verified.Output, Does.Contain("The audit is whole"), verified.ToString());
            Assert.That(File.ReadAllText(Path.Combine(lab.StateDirectory, "audit.jsonl")), Does.Contain("\"event\":\"restored\""));
        });
        Assert.That((await next.StopAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Hours_that_were_reported_since_are_reported_again_and_say_so()
    {
        const int Hours = 10;
        await using var lab = await ComplianceLab.OpenAsync(Hours);
        var daemon = lab.RunDaemon();
        await Eventually.TrueAsync(() => File.Exists(lab.AuditFile) && lab.Decisions().Count >= 3, "three hours are decided", lab.Story);
        var backup = await lab.Program.RunAsync("backup", Path.Combine(lab.StateDirectory, "..", "c.tar.gz"));
        Assert.That(backup.ExitCode, Is.Zero, backup.ToString());
        await lab.IsDoneAsync(Hours);
        await daemon.KillAsync();
        Directory.Delete(lab.StateDirectory, recursive: true);

        var restored = await lab.Program.RunAsync("restore", Path.Combine(lab.StateDirectory, "..", "c.tar.gz"));
        Assert.That(restored.Output, Does.Contain("Tell First2Lead"), restored.ToString());
        var known = lab.Decisions().Count;
        var next = lab.RunDaemon();
        await Eventually.TrueAsync(() => lab.Decisions().Count >= Hours, "all hours are decided", lab.Story);
        await Eventually.TrueAsync(
            () => lab.Program.RunAsync("status")
                .ContinueWith(status => status.Result.Output.Contains("nothing waits", StringComparison.Ordinal), TaskScheduler.Default),
            "nothing waits",
            lab.Story);
        var verified = await lab.Program.RunAsync("audit", "verify");
        var decisions = lab.Decisions();
        Assert.Multiple(() =>
        {
            Assert.That(known, Is.InRange(3, Hours));
            Assert.That(decisions.Select(decision => decision.Id), Is.Unique);
            Assert.That(decisions.Skip(known).Select(decision => decision.Verdict), Has.All.EndsWith(", after a restore"));
            Assert.That(decisions.Take(known).Select(decision => decision.Verdict), Has.None.EndsWith(", after a restore"));
            foreach (var mails in lab.Mail.Mails.SelectMany(mail => mail.To.Select(to => (to, mail.Subject)))
                .GroupBy(mail => (mail.to, mail.Subject)))
                Assert.That(mails.Count(), Is.EqualTo(1), $"{mails.Key} came twice in silence");
            Assert.That(verified.Output, Does.Contain("The audit is whole"), verified.ToString());
        });
        Assert.That((await next.StopAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task No_pulse_comes_twice_and_the_next_one_says_what_is_not_known()
    {
        await using var lab = await PulseLab.OpenAsync();
        var daemon = lab.RunDaemon();
        await Eventually.TrueAsync(() => lab.Messages.Count >= 1, "a pulse", () => lab.Story);
        var backup = await lab.Program.RunAsync("backup", lab["pulse.tar.gz"]);
        Assert.That(backup.ExitCode, Is.Zero, backup.ToString());
        var before = lab.Messages.Count;
        await Eventually.TrueAsync(() => lab.Messages.Count > before, "one more pulse", () => lab.Story);
        await daemon.KillAsync();
        var told = Sent(lab);
        Directory.Delete(lab.StateDirectory, recursive: true);

        var restored = await lab.Program.RunAsync("restore", lab["pulse.tar.gz"]);
        Assert.That(restored.ExitCode, Is.Zero, restored.ToString());
        var audited = Sent(lab).Count;
        var next = lab.RunDaemon();
        await lab.MessageAsync(
            text => text.Contains("Perhaps not sent: ", StringComparison.Ordinal), "that says for which time it is not known");
        Assert.That((await next.StopAsync()).ExitCode, Is.Zero);
        Assert.That(Sent(lab).Skip(audited).Intersect(told), Is.Empty);
    }

    private static List<string> Sent(PulseLab lab) =>
        [.. File.ReadLines(Path.Combine(lab.StateDirectory, "audit.jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Where(entry => entry.GetProperty("event").GetString() == "sent").Select(entry => entry.GetProperty("case").GetString()!)];
}
