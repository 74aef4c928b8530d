using System.Text.RegularExpressions;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Journal;
using Athena.Sandbox.Telegram;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>grafana-active-users as a process among systemd, the journal, and a Telegram that wants to be left alone.</summary>
[Order(0)] // Two minutes by the clock: begun first, nobody waits for them at the end.
internal sealed partial class PulseSurroundingsTests
{
    [Test]
    public async Task Systemd_hears_ready_status_watchdog_and_stopping()
    {
        await using var lab = await PulseLab.OpenAsync();
        using var systemd = new NotifySocket(lab["notify"]);
        lab.Program.Settings["NOTIFY_SOCKET"] = lab["notify"];
        lab.Program.Settings["WATCHDOG_USEC"] = "2000000";
        var daemon = lab.RunDaemon();
        await systemd.HearsAsync("READY=1");
        await systemd.HearsAsync("WATCHDOG=1");
        await lab.WorkAsync("naledi");
        await lab.MessageAsync(text => text.Contains("naledi", StringComparison.Ordinal), "with naledi in it");
        await systemd.HearsAsync("STATUS=");
        await daemon.StopAsync();
        await systemd.HearsAsync("STOPPING=1");
    }

    [Test]
    public async Task A_window_is_read_from_the_journal_and_asked_for_again_from_there()
    {
        if (!PrivateJournald.TryStart("", out var journald, out var whyNot)) NotRun.Missing(whyNot);
        using var journal = journald!;
        await using var output = journal.Output();
        await using var lab = await PulseLab.OpenAsync(journald: journal, output: output);
        var from = DateTimeOffset.UtcNow.AddMinutes(-5)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await lab.RunDaemon().SaysAsync("has started");
        await lab.WorkAsync("naledi");
        Assert.That(
            await lab.MessageAsync(text => text.Contains("naledi", StringComparison.Ordinal), "with naledi in it"),
            Does.Contain("1 user · "));
        var once = await lab.Program.RunAsync("once", "--from", from);
        Assert.That(once.Text, Does.Contain("naledi"));
    }

    [Test]
    public async Task A_data_source_that_fails_twice_and_a_backup_that_is_missing_are_alerts_and_stand_in_the_first_line_of_a_pulse()
    {
        await using var lab = await PulseLab.OpenAsync();
        lab.Program.Settings["WATCH_DATA_SOURCES"] = "all";
        await lab.AddDataSourceAsync("lab-results");
        var backups = Directory.CreateDirectory(lab["backups"]).FullName;
        lab.Program.Settings["WATCH_BACKUPS"] = $"{backups}/*.dump";
        lab.RunDaemon();
        var patience = TimeSpan.FromMinutes(4); // It is looked at again after a minute.
        await Eventually.TrueAsync(
            () => lab.Messages.Any(text => text.Contains("WARNING · Athena: a data source does not answer", StringComparison.Ordinal)
                && text.Contains("1 of 1: lab-results", StringComparison.Ordinal)),
            "an alert", () => lab.Story, patience);
        await Eventually.TrueAsync(
            () => lab.Messages.Any(text => text.Contains("WARNING · Athena: a backup is not as it should be", StringComparison.Ordinal)
                && text.Contains($"there is no backup {backups}/*.dump", StringComparison.Ordinal)),
            "an alert", () => lab.Story, patience);
        await Eventually.TrueAsync(
            () => lab.Messages.Any(text => text.Split('\n')[0] is var first
                && first.Contains("a data source does not answer", StringComparison.Ordinal)
                && first.Contains("a backup is not as it should be", StringComparison.Ordinal)),
            "a pulse whose first line says it", () => $"{string.Join("\n---\n", lab.Messages)}\n{lab.Story}", patience);
        var status = await lab.Program.RunAsync("status");
        Assert.That(
            status.Text,
            Does.Contain("data sources: no answer from 1 of 1: lab-results").And.Contain($"*.dump: there is no backup {backups}/*.dump"));
        var check = await lab.Program.RunAsync("check");
        Assert.That(check.Text, Does.Contain("warning Backups: there is no backup"));
    }

    [Test]
    public async Task When_Telegram_wants_to_be_left_alone_it_is_and_gets_the_same_pulse_afterwards()
    {
        await using var lab = await PulseLab.OpenAsync(every: "30s");
        await lab.Telegram.ChangeAsync(TelegramMood.TooMany);
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("retry after");
        Assert.That(lab.Messages, Is.Empty);
        await lab.Telegram.ChangeAsync(TelegramMood.Ok);
        await daemon.SaysAsync("as message 1");
        var refused = daemon.Output.Split('\n').First(line => line.Contains("not taken", StringComparison.Ordinal));
        var taken = daemon.Output.Split('\n').First(line => line.Contains("as message 1", StringComparison.Ordinal));
        Assert.That(PulseKey().Match(taken).Value, Is.EqualTo(PulseKey().Match(refused).Value).And.Not.Empty);
    }

    [GeneratedRegex("pulse/[^:]+:[^:]+:[0-9]+Z")]
    private static partial Regex PulseKey();
}
