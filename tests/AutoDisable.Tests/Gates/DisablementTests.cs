using System.Text.RegularExpressions;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Notify.Channels;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>People who were let in are disabled: by an admin, by nobody who was seen, by another copy of the daemon.</summary>
internal sealed class DisablementTests : GateScenario
{
    [Test]
    public async Task By_an_admin_whom_the_log_names_it_is_written_down_and_not_mailed()
    {
        await SettleAsync();
        var colleague = Colleague(1);
        colleague.IsDisabled = true;
        await Daemon.Gate.HandleAsync(
            Batch(new DisabledByAdmin(Time.GetUtcNow(), colleague.Uid, 1, "admin", null)), CancellationToken.None);
        await LookTwiceAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Mails, Is.Empty);
            Assert.That(
                Disk.Audit.Where(entry => entry.Event == "disabled-by-admin").Select(entry => entry.Facts!["by"]),
                Is.EqualTo(new[] { "admin (id 1)" }));
            Assert.That(Status(colleague), Is.EqualTo(AccountStatus.Admitted));
        });
    }

    [Test]
    public async Task By_an_admin_it_is_told_once_when_the_week_is_over_and_a_week_without_one_is_silent()
    {
        await SettleAsync();
        await NextMondayAsync();
        var people = (SimulatedUser[])[Colleague(1), Colleague(2)];
        foreach (var one in people) one.IsDisabled = true;
        await Daemon.Gate.HandleAsync(
            Batch([.. people.Select(one => new DisabledByAdmin(Time.GetUtcNow(), one.Uid, 1, "admin", null))]), CancellationToken.None);
        await LookTwiceAsync();
        people[1].IsDisabled = false;
        Build(); // A restart forgets nothing.
        await SettleAsync();
        Assert.That(Mails, Is.Empty);
        var week = Daemon.Memory.State.SummedWeek;

        await NextMondayAsync();
        var mail = Mails.Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Key, Is.EqualTo($"admin-disables/{week}"));
            Assert.That(mail.Subject, Is.EqualTo($"Disabled by admins, {week}: 2 people who had been let in"));
            Assert.That(
                Regex.Replace(mail.Text.Replace("\u200b", "", StringComparison.Ordinal), "\\s+", " "),
                Does.Contain(people[0].Email).And.Contain(people[1].Email).And.Contain("admin (id").And.Contain("again")
                    .And.Contain($"approve uid:{people[0].Uid}"));
            Assert.That(mail.IsUrgent, Is.False);
        });
        await NextMondayAsync();
        Assert.That(Mails, Has.Exactly(1).Items);
    }

    [Test]
    public async Task Of_many_the_first_are_named_and_the_others_counted_and_the_state_does_not_grow_with_them()
    {
        await SettleAsync();
        var people = Enumerable.Range(0, 80).Select(i => World.Add($"more{i}", $"more{i}@example.net", isBaseline: true)).ToList();
        people.ForEach(one => Daemon.Memory.Book.Add(new Account { Uid = one.Uid, Id = one.Id, Status = AccountStatus.Admitted }));
        people.ForEach(one => one.IsDisabled = true);
        await Daemon.Gate.HandleAsync(
            Batch([.. people.Select(one => new DisabledByAdmin(Time.GetUtcNow(), one.Uid, 1, "admin", null))]), CancellationToken.None);
        await LookTwiceAsync();
        Assert.That(Daemon.Memory.State.AdminDisables, Has.Count.EqualTo(50));
        await NextMondayAsync();
        Assert.That(Mails.Single().Text, Does.Contain("The first 50 of 80 are shown; the audit has all."));
    }

    [Test]
    public async Task By_nobody_who_was_seen_one_mail_names_all_of_a_look_and_is_not_repeated()
    {
        await SettleAsync();
        foreach (var i in (int[])[1, 2, 3]) Colleague(i).IsDisabled = true;
        await LookTwiceAsync();
        await LookTwiceAsync();
        var mail = Mails.Single();
        var text = mail.Text.Replace("\u200b", "", StringComparison.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("ACTION NEEDED: 3 people who were let in are disabled, and not by you"));
            foreach (var i in (int[])[1, 2, 3]) Assert.That(text, Does.Contain($"uid:{Colleague(i).Uid}"));
            Assert.That(text, Does.Not.Contain(Colleague(4).Uid).And.Contain("approve uid:"));
            Assert.That(Disk.Audit.Count(entry => entry.Event == "found-disabled"), Is.EqualTo(3));
        });
    }

    [TestCase("another copy of this daemon", "whom you let in here", "nothing has to be stopped")]
    [TestCase("an earlier installation of this daemon", "nothing has to be stopped", "Then find who did it")]
    public async Task By_another_copy_of_the_daemon_it_is_mailed_with_its_name(string copy, string says, string saysNot)
    {
        await SettleAsync();
        var colleague = Colleague(1);
        colleague.IsDisabled = true;
        await Daemon.Gate.HandleAsync(
            Batch(new DisabledByAdmin(
                Time.GetUtcNow(),
                $"{colleague.Id}",
                SimulatedGrafana.SelfId,
                "athena",
                $"{copy} (installation ffee00112233)")),
            CancellationToken.None);
        await LookTwiceAsync();
        var text = Mails.Single().Text.Replace("\u200b", "", StringComparison.Ordinal).ReplaceLineEndings(" ");
        Assert.That(text, Does.Contain("ffee00112233").And.Contain(says).And.Not.Contain(saysNot));
    }

    [Test]
    public async Task Whoever_was_enabled_again_and_is_disabled_once_more_is_told_of_again()
    {
        await SettleAsync();
        var colleague = Colleague(1);
        foreach (var isDisabled in (bool[])[true, false, true])
        {
            colleague.IsDisabled = isDisabled;
            await LookTwiceAsync();
        }

        Assert.That(Mails.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Whoever_was_disabled_before_we_looked_at_that_is_no_news()
    {
        Colleague(1).IsDisabled = true;
        await LookTwiceAsync();
        Assert.That(Mails, Is.Empty);
        Colleague(2).IsDisabled = true;
        await LookTwiceAsync();
        Assert.That(Mails.Single().Subject, Does.Contain("1 person who was let in"));
    }

    [Test]
    public async Task It_is_remembered_over_a_restart_who_was_told_of()
    {
        await SettleAsync();
        Colleague(1).IsDisabled = true;
        await LookTwiceAsync();
        Build();
        await LookTwiceAsync();
        Assert.That(Mails.Count(), Is.EqualTo(1));
    }

    private IEnumerable<OutgoingMessage> Mails => Disk.Waiting.Values.Concat(Disk.Delivered);

    private SimulatedUser Colleague(int number) => World.Users.First(user => user.Login == $"colleague{number}");

    private async Task NextMondayAsync()
    {
        var week = Review.WeekOf(Time.GetUtcNow());
        while (Review.WeekOf(Time.GetUtcNow()) == week) Time.Advance(TimeSpan.FromHours(6));
        await SettleAsync();
    }

    private async Task LookTwiceAsync()
    {
        await SettleAsync();
        Time.Advance(Disablements.LineGrace);
        await SettleAsync();
    }
}
