using System.Text;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Where others than Grafana may write the log, as in a Loki: a line says something and proves nothing.</summary>
internal sealed class ClaimTests : GateScenario
{
    private const string Quoted = "admin (id 1), says the log in Loki";

    private Task ClaimAsync(string subject) => Daemon.Gate.HandleAsync(
        Batch(new EnabledByAdmin(Time.GetUtcNow(), subject, 1, "admin") { IsClaim = true }), CancellationToken.None);

    [Test]
    public async Task A_line_alone_lets_nobody_in()
    {
        var user = await SignUpAsync();
        await ClaimAsync(user.Uid);
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));
    }

    [Test]
    public async Task Nor_does_one_that_stands_before_our_lock_or_before_the_account_is_known()
    {
        await SettleAsync();
        var user = World.Add("made", "made@example.net");
        await ClaimAsync(user.Uid);
        await ClaimAsync($"{user.Id}");
        await SettleAsync();
        await ClaimAsync(user.Uid);
        await SettleAsync();
        Assert.That((user.IsDisabled, Status(user)), Is.EqualTo((true, AccountStatus.Locked)));
    }

    [Test]
    public async Task Who_is_enabled_by_Grafana_s_list_is_let_in_and_the_line_is_quoted_however_many_they_are()
    {
        var users = new[] { await SignUpAsync("One Person"), await SignUpAsync("Two Persons") };
        foreach (var user in users)
        {
            user.IsDisabled = false;
            await ClaimAsync(user.Uid);
        }

        await SettleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(users.Select(Status), Has.All.EqualTo(AccountStatus.Admitted));
            Assert.That(
                Disk.Audit.Where(entry => entry.Event == "approved").Select(entry => entry.Facts["by"]),
                Is.EqualTo(new[] { Quoted, Quoted }));
        });
    }

    [Test]
    public async Task A_line_speaks_for_one_enabling_alone()
    {
        var user = await SignUpAsync();
        user.IsDisabled = false;
        await ClaimAsync(user.Uid);
        await SettleAsync();
        await CommandAsync("reject", $"uid:{user.Uid}");
        await SettleAsync();
        Assert.That(user.IsDisabled);
        user.IsDisabled = false;
        await SettleAsync();
        Assert.That(Status(user), Is.Not.EqualTo(AccountStatus.Admitted));
    }

    [Test]
    public async Task What_somebody_did_is_written_down_when_lines_have_had_their_time()
    {
        Build(new AutoDisableOptions("http://127.0.0.1:3000") { LogSettle = TimeSpan.FromSeconds(30) });
        var user = World.Add("new@example.net", "new@example.net");
        await SettleAsync();
        await ExposeAsync();
        await ExposeAsync();
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.ExposedAt, Is.Null);
        Time.Advance(TimeSpan.FromSeconds(25));
        await Daemon.Gate.WorkAsync(CancellationToken.None);
        Assert.That(Daemon.Memory.Book.FindByRef(user.Uid)!.Case!.ExposedAt, Is.Not.Null);
    }

    [Test]
    public void What_is_picked_from_such_a_log_is_a_claim_and_no_proof_of_who_made_an_account()
    {
        var watch = new LogWatch(_ => true, _ => false, () => 99) { IsProof = false };
        foreach (var path in (string[])["/api/admin/users", "/api/admin/users/5/disable"])
            watch.OnLine(Encoding.UTF8.GetBytes(
                "logger=context userId=1 orgId=1 uname=admin t=2026-11-21T01:22:26Z level=info msg=\"Request Completed\" method=POST "
                + $"path={path} status=200 remote_addr=127.0.0.1 time_ms=1 duration=1ms size=26 referer= handler=/api/admin/users"));
        var events = watch.TakeEvents();
        Assert.Multiple(() =>
        {
            Assert.That(events, Has.All.Property(nameof(LogEvent.IsClaim)).True);
            Assert.That(events.OfType<AccountMade>().Single().ActorId, Is.Zero);
            Assert.That(events.OfType<DisabledByAdmin>().Single().By, Is.EqualTo(Quoted));
        });
    }
}
