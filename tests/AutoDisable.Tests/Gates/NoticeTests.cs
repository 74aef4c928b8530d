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
        for (var i = 0; i < 10; i++) await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(Disk.Waiting.Values.Select(m => m.Subject), Is.All.StartsWith("Rejected: "));
            Assert.That(Disk.Waiting, Has.Count.LessThanOrEqualTo(5));
        });
    }

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
        Assert.That((await CommandAsync("pending", "")).Text, Does.StartWith("stale "));
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

        Assert.That(Disk.Waiting.Keys.Where(key => key.StartsWith("review/", StringComparison.Ordinal)), Is.EquivalentTo(new[] { "review/2027-Q1", "review/2027-Q2" }));
    }
}
