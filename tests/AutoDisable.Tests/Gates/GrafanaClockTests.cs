using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.AutoDisable.Watching;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Grafana's clock, by which the log is written, is hours ahead of ours or behind.</summary>
internal sealed class GrafanaClockTests : GateScenario
{
    private static readonly double[] Hours = [-26, -3, -0.01, 0, 0.01, 3, 26];

    [Test]
    public async Task An_admin_s_enabling_is_the_approval_of_somebody_who_waits([ValueSource(nameof(Hours))] double ahead)
    {
        var user = await LockedAsync(ahead);
        user.IsDisabled = false;
        await EnabledAsync(user, ahead, ago: TimeSpan.Zero);
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
        Assert.That(user.IsDisabled, Is.False);
        Assert.That(Account(user).Decision!.At, Is.EqualTo(Time.GetUtcNow()).Within(TimeSpan.FromSeconds(5)), "told by our clock");
    }

    [Test]
    public async Task So_it_is_of_somebody_who_was_rejected_before([ValueSource(nameof(Hours))] double ahead)
    {
        var user = await LockedAsync(ahead);
        await CommandAsync("reject", $"uid:{user.Uid}");
        Time.Advance(TimeSpan.FromSeconds(10));
        user.IsDisabled = false;
        await EnabledAsync(user, ahead, ago: TimeSpan.Zero);
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
    }

    [Test]
    public async Task One_of_before_a_rejection_that_is_read_late_lets_nobody_in([ValueSource(nameof(Hours))] double ahead)
    {
        var user = await LockedAsync(ahead);
        Time.Advance(TimeSpan.FromMinutes(1));
        await CommandAsync("reject", $"uid:{user.Uid}");
        Time.Advance(TimeSpan.FromSeconds(10));
        await EnabledAsync(user, ahead, ago: TimeSpan.FromSeconds(40));
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Rejected));
        Assert.That(user.IsDisabled, Is.True);
    }

    [Test]
    public async Task One_that_our_lock_undid_is_carried_out_by_us([ValueSource(nameof(Hours))] double ahead)
    {
        var user = await LockedAsync(ahead);
        Time.Advance(TimeSpan.FromSeconds(30));
        await EnabledAsync(user, ahead, ago: TimeSpan.FromSeconds(60));
        await SettleAsync();
        Assert.That((Status(user), user.IsDisabled), Is.EqualTo((AccountStatus.Admitted, false)));
    }

    [Test]
    public async Task One_of_an_account_that_is_not_in_the_list_yet_counts([ValueSource(nameof(Hours))] double ahead)
    {
        Read(ahead);
        var user = World.Add("new@example.net", "new@example.net");
        await EnabledAsync(user, ahead, ago: TimeSpan.Zero);
        await SettleAsync();
        Assert.That((Status(user), user.IsDisabled), Is.EqualTo((AccountStatus.Admitted, false)));
    }

    [Test]
    public async Task A_stranger_is_locked_and_what_they_did_inside_is_told_by_our_clock([ValueSource(nameof(Hours))] double ahead)
    {
        Read(ahead);
        World.ClockOffset = TimeSpan.FromHours(ahead);
        var user = World.Add("new@example.net", "new@example.net");
        await ReadRequestAsync(user);
        await SettleAsync();
        await ExposeAsync();
        var exposure = Account(user).Case!.Exposure!;
        Assert.That((Status(user), user.IsDisabled), Is.EqualTo((AccountStatus.Locked, true)));
        Assert.That(exposure.Requests, Is.EqualTo(1));
        Assert.That(exposure.Inside, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(exposure.Since, Is.EqualTo(Time.GetUtcNow()).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task How_old_the_log_is_is_told_by_our_clock([ValueSource(nameof(Hours))] double ahead)
    {
        Read(ahead);
        var written = Time.GetUtcNow() + TimeSpan.FromHours(ahead);
        Time.Advance(TimeSpan.FromSeconds(7));
        await Daemon.Gate.HandleAsync(
            new LogBatch([], new LogPosition("file:grafana.log", "1:1", 7, "", written), null, null), CancellationToken.None);
        var seen = AutoDisableSnapshot.Of(Daemon);
        Assert.That((Time.GetUtcNow() - seen.LastLogLine, seen.GrafanaAhead), Is.EqualTo(
            ((TimeSpan?)TimeSpan.FromSeconds(7), TimeSpan.FromHours(ahead))));
    }

    [Test]
    public async Task What_was_read_off_is_known_after_a_restart_before_anything_comes_back()
    {
        var user = await LockedAsync(ahead: -3);
        await CommandAsync("reject", $"uid:{user.Uid}");
        Time.Advance(TimeSpan.FromSeconds(10));
        await Daemon.Gate.HandleAsync(Batch(), CancellationToken.None);
        Daemon.Gate.Close();
        Build();
        user.IsDisabled = false;
        await EnabledAsync(user, -3, ago: TimeSpan.Zero, isRead: false);
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Admitted));
    }

    [Test]
    public void Only_the_first_line_of_a_probe_of_ours_tells_and_only_what_is_more_than_its_way()
    {
        var clock = new LogClock(Time);
        var (first, second) = (clock.Ask(), clock.Ask());
        clock.Take("0123456789abcdef"u8, Time.GetUtcNow().AddHours(5));
        Assert.That((clock.Ahead, clock.Heard.IsCompleted), Is.EqualTo((TimeSpan.Zero, false)), "anybody's");
        Time.Advance(TimeSpan.FromSeconds(20));
        clock.Take(System.Text.Encoding.ASCII.GetBytes(first), Time.GetUtcNow().AddSeconds(-10));
        Assert.That((clock.Ahead, clock.Heard.IsCompleted), Is.EqualTo((TimeSpan.Zero, true)), "it took long, and the clocks agree");
        clock.Take(System.Text.Encoding.ASCII.GetBytes(second), Time.GetUtcNow().AddHours(2).AddSeconds(-20));
        clock.Take(System.Text.Encoding.ASCII.GetBytes(second), Time.GetUtcNow().AddHours(9));
        Assert.That(clock.Ahead, Is.EqualTo(TimeSpan.FromHours(2)));
        Assert.That(clock.Ours(Time.GetUtcNow().AddHours(1)), Is.EqualTo(Time.GetUtcNow().AddHours(-1)));
        Assert.That(clock.Ours(Time.GetUtcNow().AddHours(8)), Is.EqualTo(Time.GetUtcNow()), "nothing was written later than now");
    }

    [TestCase(26 * 3600)]
    [TestCase(10)]
    [TestCase(-10)]
    [TestCase(0)]
    public void However_late_its_line_is_read_it_was_written_before_the_answer(int seconds)
    {
        var clock = new LogClock(Time);
        var nonce = clock.Ask();
        var written = Time.GetUtcNow().AddSeconds(seconds);
        clock.Answered(nonce);
        clock.Answered("0123456789abcdef");
        Time.Advance(TimeSpan.FromSeconds(22));
        clock.Take(System.Text.Encoding.ASCII.GetBytes(nonce), written);
        Assert.That(clock.Ahead, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public void A_clock_of_ours_that_is_set_while_a_probe_is_on_its_way_is_the_one_that_counts()
    {
        var clock = new LogClock(Time);
        var nonce = clock.Ask();
        Time.Jump(TimeSpan.FromHours(-3));
        clock.Take(System.Text.Encoding.ASCII.GetBytes(nonce), Time.GetUtcNow());
        Assert.That(clock.Ahead, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task An_enabling_before_a_rejection_lets_nobody_in_when_the_probe_is_read_late()
    {
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        var nonce = Daemon.Clock.Ask();
        var enabledAt = Time.GetUtcNow();
        user.IsDisabled = false;
        Time.Advance(TimeSpan.FromSeconds(5));
        await CommandAsync("reject", $"uid:{user.Uid}");
        Time.Advance(TimeSpan.FromSeconds(20));
        Daemon.Clock.Take(System.Text.Encoding.ASCII.GetBytes(nonce), enabledAt.AddHours(26));
        await EnabledAsync(user, ahead: 26, ago: Time.GetUtcNow() - enabledAt, isRead: false);
        await SettleAsync();
        Assert.That((Status(user), user.IsDisabled), Is.EqualTo((AccountStatus.Rejected, true)));
    }

    private Account Account(SimulatedUser user) => Daemon.Memory.Book.FindByRef(user.Uid)!;

    private async Task<SimulatedUser> LockedAsync(double ahead)
    {
        Read(ahead);
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        Assert.That(Status(user), Is.EqualTo(AccountStatus.Locked));
        return user;
    }

    /// <summary>A probe comes back.</summary>
    private void Read(double ahead) =>
        Daemon.Clock.Take(System.Text.Encoding.ASCII.GetBytes(Daemon.Clock.Ask()), Time.GetUtcNow() + TimeSpan.FromHours(ahead));

    private Task EnabledAsync(SimulatedUser user, double ahead, TimeSpan ago, bool isRead = true)
    {
        if (isRead) Read(ahead);
        return Daemon.Gate.HandleAsync(
            Batch(new EnabledByAdmin(Time.GetUtcNow() - ago + TimeSpan.FromHours(ahead), user.Uid, 1, "admin")), CancellationToken.None);
    }
}
