using System.Text;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Channels;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>What the admins are written, how much of it and how often.</summary>
internal sealed class NoticeTests : GateScenario
{
    [Test]
    public async Task Twenty_at_once_are_all_locked_and_come_in_one_digest()
    {
        var people = Enumerable.Range(0, 20).Select(i => World.Add($"bulk{i}@example.net", $"bulk{i}@example.net")).ToList();
        await SettleAsync();
        Assert.That(people.TrueForAll(p => p.IsDisabled), Is.True);
        Assert.That(Disk.Waiting, Is.Empty, "the digest collects for a minute");
        Time.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync();
        var digest = Disk.Waiting.Values.Single();
        Assert.That(people.TrueForAll(p => digest.Text.Contains(p.Uid, StringComparison.Ordinal)), Is.True);
    }

    [Test]
    public async Task A_hundred_deleted_at_once_are_one_mail()
    {
        var people = Enumerable.Range(0, 100).Select(i => World.Add($"bulk{i}@example.net", $"bulk{i}@example.net")).ToList();
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(11));
        await SettleAsync();
        Disk.Deliver();
        World.Users.RemoveAll(people.Contains);
        for (var i = 0; i < 20; i++)
        {
            await SettleAsync();
            Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Multiple(() =>
        {
            Assert.That(Disk.Waiting.Values.Select(m => m.Subject), Is.All.StartsWith("Decided: ").Or.StartsWith("Rejected: "));
            Assert.That(Disk.Waiting, Has.Count.LessThanOrEqualTo(10));
        });
        foreach (var user in people) Assert.That(Disk.Waiting.Values.Count(m => IsNamedIn(m, user.Uid)), Is.EqualTo(1), user.Uid);
    }

    [Test]
    public async Task Two_hundred_who_come_back_again_and_again_are_a_few_mails_that_name_every_one_of_them()
    {
        var people = Enumerable.Range(0, 200).Select(i => World.Add($"knocker{i}", $"knocker{i}@example.net", isExternal: true)).ToList();
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(12));
        await SettleAsync();
        Disk.Waiting.Clear();
        for (var round = 0; round < 5; round++)
        {
            foreach (var user in people) user.Sessions = 1;
            await Daemon.Gate.HandleAsync(
                Batch([.. people.Select(user => new KeptOutSeen(Time.GetUtcNow(), user.Id))]), CancellationToken.None);
            await SettleAsync();
        }

        Assert.That(Disk.Waiting, Has.Count.LessThanOrEqualTo(5), "within the minute");
        for (var minute = 0; minute < 15; minute++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            await SettleAsync();
        }

        var alarms = Disk.Waiting.Where(mail =>
            mail.Key.StartsWith("back/", StringComparison.Ordinal) || mail.Key.StartsWith("several/BackAgain", StringComparison.Ordinal))
                .ToList();
        Assert.That(alarms, Has.Count.LessThanOrEqualTo(6));
        foreach (var user in people)
            Assert.That(alarms.Exists(mail => IsNamedIn(mail.Value, user.Uid)), Is.True, user.Uid);
    }

    [Test]
    public async Task Digests_that_wait_outlive_a_crash()
    {
        var people = Enumerable.Range(0, 30).Select(i => World.Add($"bulk{i}@example.net", $"bulk{i}@example.net")).ToList();
        await SettleAsync();
        Time.Advance(TimeSpan.FromMinutes(11));
        await SettleAsync();
        Disk.Deliver();
        foreach (var user in people) await CommandAsync("reject", $"uid:{user.Uid}");
        Build();
        for (var i = 0; i < 15; i++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            await SettleAsync();
        }

        foreach (var user in people) Assert.That(Disk.Waiting.Values.Any(mail => IsNamedIn(mail, user.Uid)), Is.True, user.Uid);
    }

    /// <summary>In its text, or in its table.</summary>
    private static bool IsNamedIn(OutgoingMessage mail, string uid) => mail.Text.Contains(uid, StringComparison.Ordinal)
        || (mail.Attachments ?? []).Any(table => Encoding.UTF8.GetString(table.Content).Contains(uid, StringComparison.Ordinal));

    [Test]
    public async Task A_flood_is_announced_once_with_how_to_close_sign_up()
    {
        for (var i = 0; i < 60; i++) World.Add($"bulk{i}@example.net", $"bulk{i}@example.net");
        await SettleAsync();
        await SettleAsync();
        Assert.That(Disk.Waiting.Values.Single().Text, Does.Contain("allow_sign_up = false"));
    }

    [Test]
    public async Task Whoever_waits_is_brought_to_mind_after_a_day_three_days_and_a_week_and_then_no_more()
    {
        World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Disk.Deliver();
        var reminders = new List<int>();
        for (var hour = 1; hour <= 24 * 30; hour++)
        {
            Time.Advance(TimeSpan.FromHours(1));
            await Daemon.Gate.WorkAsync(CancellationToken.None);
            if (Disk.Waiting.Values.Any(m => m.Subject.StartsWith("Still waiting for you", StringComparison.Ordinal))) reminders.Add(hour);
            Disk.Deliver();
        }

        Assert.That(reminders, Is.EqualTo(new[] { 24, 72, 168 }).Within(1));
        Assert.That((await CommandAsync("pending", "")).Text, Does.Contain("\nstale "));
    }

    [Test]
    public async Task A_review_is_mailed_once_a_quarter_and_not_at_the_first_start()
    {
        await SettleAsync();
        for (var day = 0; day < 200; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await SettleAsync();
        }

        Assert.That(
            Disk.Waiting.Keys.Where(key => key.StartsWith("review/", StringComparison.Ordinal)),
            Is.EquivalentTo(new[] { "review/2027-Q1", "review/2027-Q2" }));
        Grafana.Verify(g => g.ServerSettingsAsync(It.IsAny<CancellationToken>()), Times.Exactly(2), "for a review, and no other list");
    }

    [TestCase("approve")]
    [TestCase("reject")]
    public async Task Each_mail_to_an_applicant_is_told_from_those_to_our_people_by_its_key(string decision)
    {
        Build(new AutoDisableOptions("http://127.0.0.1:3000", ApplicantReceived: true, ApplicantRejected: true));
        var stranger = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await ExposeAsync();
        Assert.That((await CommandAsync(decision, $"uid:{stranger.Uid}", ("yes", "yes"))).ExitCode, Is.Zero);
        await SettleAsync();
        var theirs = Disk.Waiting.Values.Where(mail => mail.Recipients.Contains("new@example.net")).ToList();
        Assert.That(theirs, Has.Count.EqualTo(2), "that it was received, and how it was decided");
        Assert.That(Disk.Waiting.Values.Where(mail => ApplicantKeys.Has(mail.Key)), Is.EquivalentTo(theirs));
    }
}
