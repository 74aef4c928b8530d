using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;
using Athena.Compliance.CommandLine.Explain;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.State;
using Athena.Compliance.Summaries;
using Athena.Compliance.Tests.Mails;
using Athena.Compliance.Tests.Simulation;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using static Athena.Compliance.Tests.Simulation.Lives;

namespace Athena.Compliance.Tests;

/// <summary>A memory out of a backup: no hour is passed over, and none is reported twice without a word about it.</summary>
internal sealed class RestoreTests
{
    /// <summary>
    /// Weeks in which the disk is lost now and then and restored from a backup of up to a day before, and the power fails between any two
    /// steps.
    /// </summary>
    [Test]
    public async Task In_any_history_with_restores_no_hour_is_missing_and_none_is_told_twice_in_silence()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SIMULATION_SEED"), out var given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"SIMULATION_SEED={seed}");
        var (restores, marked) = (0, 0);
        for (var history = 0; history < 400; history++)
        {
            var (count, again) = await PlayWeekAsync(new Random(seed + history), $"seed {seed + history}");
            restores += count;
            marked += again;
        }

        TestContext.Out.WriteLine($"{restores} restores, {marked} mails that said that they may be known");
        Assert.That((restores > 400, marked > 400), Is.EqualTo((true, true)), "the histories are worth nothing otherwise");
    }

    [Test]
    public void The_mail_of_such_an_hour_says_so_and_reads_as_its_sample()
    {
        var mail = new LetterWriter(Some.Options)
            .Write(Some.Late(Some.OnlyAdmins()) with { RestoredFrom = Some.Hour.From.AddHours(-5) }).Single();
        Assert.That(mail.Subject, Does.EndWith("(late, perhaps again)"));
        Sample.AssertIs("compliance-restored.txt", $"Subject: {mail.Subject}\n\n{mail.Text}");
        Sample.AssertIs("compliance-restored.html", mail.Html!);
    }

    [Test]
    public void So_does_the_one_to_our_own_people_and_the_explanation()
    {
        var evidence = Some.NotSeen with { RestoredFrom = Some.Hour.From.AddHours(-5) };
        var mail = new LetterWriter(Some.Options).Write(evidence).Single();
        Assert.That(mail.Text, Does.Contain("You may have a mail about this hour already"));
        Assert.That(new ExplainText(Some.Options.Zone).Of(evidence, []), Does.Contain("may have been decided and reported before"));
    }

    [TestCase("only-admins, late, after a restore", HourState.OnlyAdmins, true)]
    [TestCase("not-seen, after a restore", HourState.NotSeen, false)]
    public void A_summary_understands_its_verdict(string verdict, object state, bool isLate) =>
        Assert.That(HourCell.Of(verdict), Is.EqualTo(new HourCell((HourState)state, isLate)));

    [Test]
    public void What_the_audit_tells_as_decided_is_not_decided_again_and_waiting_mails_are_marked()
    {
        using var folder = new TemporaryDirectory();
        var time = new ManualTime();
        var options = new AuditOptions(folder.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(365));
        var end = Some.Hour.To;
        using (var audit = AuditLog.Open(options, time, NullLogger<AuditLog>.Instance))
            audit.Append(new AuditEntry(
                HourProcessor.DecidedEvent, WindowEvidence.IdOf(end), "only-admins", new Dictionary<string, string>()));
        var files = new FileState<ComplianceState>(folder.Path, ComplianceJson.Default.ComplianceState);
        files.TryCompact(new ComplianceState { Since = end.AddDays(-1), Decided = { end.AddHours(-1) } }, out _);
        Put(folder["outbox"], time, new LetterWriter(Some.Options).Write(Some.OnlyAdmins()).Single());

        var memory = new RestoredBackup(folder.Path, options, end.AddHours(1), end.AddHours(6));
        ComplianceRestore.Adopt(memory);
        var state = (files.Load() as StateLoad<ComplianceState>.Loaded)!.Value;
        Assert.That(state.Decided, Is.EqualTo(new[] { end.AddHours(-1), end }));
        Assert.That(state.Restored, Is.EqualTo(new RestoredFrom(end.AddHours(1), end.AddHours(6))));
        Assert.That(memory.Sentences, Has.Some.Contains("1 waiting mail went out").And.Some.Contains("Tell First2Lead"));
        Assert.That(File.ReadAllText(Directory.GetFiles(folder["outbox"]).Single()), Does.Contain("[perhaps again] "));
    }

    private static void Put(string directory, TimeProvider time, Notification report)
    {
        using var queue = ChannelOutbox.Open(
            directory, Moq.Mock.Of<INotificationChannel>(), time, () => 0.5, _ => { }, trouble => Assert.Fail(trouble));
        queue.Put(MailChannel.MessageOf(report)!);
    }

    private static async Task<(int Restores, int Marked)> PlayWeekAsync(Random random, string which)
    {
        var time = new ManualTime(Monday);
        var host = new SimulatedHost(random, time);
        var hourProcessor = NewLife(host, time);
        Action<RestoredFrom>? backup = null;
        var (backupAt, restores) = (Monday, 0);
        while (time.GetUtcNow() < Monday.AddDays(7))
        {
            time.Advance(TimeSpan.FromMinutes(random.Next(1, 90)));
            if (random.Next(12) == 0 && host.BackUp() is { } taken) (backup, backupAt) = (taken, time.GetUtcNow());
            if (random.Next(40) == 0 && backup is not null && time.GetUtcNow() - backupAt < Options.LookBack)
            {
                backup(new RestoredFrom(backupAt, time.GetUtcNow()));
                hourProcessor = NewLife(host, time);
                restores++;
            }

            host.CrashPercent = random.Next(3) == 0 ? random.Next(20) : 0;
            try
            {
                while (await hourProcessor.StepAsync(CancellationToken.None) is not null) { }
                host.CrashPercent = 0; // The server's acceptance and its record are another test's matter: that repeats the same mail.
                host.Deliver();
            }
            catch (CrashException)
            {
                hourProcessor = NewLife(host, time);
            }
        }

        host.CrashPercent = 0;
        hourProcessor = NewLife(host, time);
        while (await hourProcessor.StepAsync(CancellationToken.None) is not null) { }
        host.Deliver(isWell: true);

        foreach (var mails in host.Mailbox.GroupBy(mail => (mail.Key, mail.To)))
            Assert.That(mails.Skip(1).All(mail => SimulatedHost.IsMarked(mail.Subject)),
                $"{which}: {mails.Key.Key} came twice in silence: {string.Join(" | ", mails.Select(mail => mail.Subject))}");
        Assert.That(host.Audit.Select(entry => entry.Case), Is.Unique, $"{which}: a second decision");
        var passedOver = host.Book.Values.Where(evidence => evidence.Finding is null).Select(evidence => evidence.Window).ToList();
        foreach (var window in Hours(Monday, time.GetUtcNow() - Options.Settle))
        {
            var isRecorded = host.Book.ContainsKey(WindowEvidence.IdOf(window.To))
                || passedOver.Exists(span => span.From <= window.From && window.To <= span.To);
            Assert.That(isRecorded, $"{which}: {window.To} is missing");
        }

        foreach (var evidence in host.Book.Values.Where(evidence => evidence.Finding?.IsReported == true))
            Assert.That(host.Mailbox.Exists(mail => mail.Key == $"report/{evidence.Id}"), $"{which}: no mail of {evidence.Id}");
        return (restores, host.Mailbox.Count(mail => SimulatedHost.IsMarked(mail.Subject)));
    }
}
