using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Sources;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>
/// Accounts that admins make by hand wait like everybody new, and are approved together where the log proves who made them.
/// </summary>
internal sealed class MadeByAdminTests : GateScenario
{
    private SimulatedUser admin = null!;

    [SetUp]
    public async Task SettleFirst()
    {
        admin = World.Users.First(user => user.Login == "admin");
        await RunAsync(90);
    }

    [Test]
    public async Task Ten_of_a_morning_are_let_in_by_one_command_and_nobody_who_signed_up()
    {
        List<SimulatedUser> made = [];
        for (var i = 0; i < 10; i++)
        {
            made.Add(await MakeAsync($"new{i}", admin));
            await RunAsync(i % 3 == 0 ? 20 : 4);
        }

        var stranger = await NewcomerAsync("admin@localhost.example");
        await RunAsync(30);
        var about = await CommandAsync("about", "login:admin", ("for", "made-by"));
        Assert.That(
            about.Text, Does.Contain("10 who wait, made in Grafana by admin (id 1), as the log proves").And.Not.Contain(stranger.Uid));
        var reply = await CommandAsync("made-by", "login:admin");
        await RunAsync(10);
        Assert.Multiple(() =>
        {
            Assert.That(reply.ExitCode, Is.Zero, reply.Text);
            Assert.That(made.Select(user => (user.IsDisabled, Status(user))), Is.All.EqualTo((false, AccountStatus.Admitted)));
            Assert.That((stranger.IsDisabled, Status(stranger)), Is.EqualTo((true, AccountStatus.Locked)));
        });
        Assert.That((await CommandAsync("made-by", "login:admin")).ExitCode, Is.EqualTo(1), "nobody is left");
    }

    [Test]
    public async Task Whoever_comes_in_the_same_second_is_not_included_nor_is_whom_the_admin_made_then_and_it_is_said()
    {
        var made = await MakeAsync("new", admin);
        var stranger = await NewcomerAsync("x@example.net");
        await RunAsync(30);
        var reply = await CommandAsync("made-by", "login:admin");
        Assert.That((reply.ExitCode, made.IsDisabled, stranger.IsDisabled), Is.EqualTo((1, true, true)));
        Assert.That(reply.Text, Does.Contain("Nobody waits of whom the log proves that admin (id 1) made them").And.Contain("NOT included")
            .And.Contain(made.Uid));
    }

    [Test]
    public async Task A_log_that_was_not_read_proves_nothing()
    {
        await Daemon.Gate.HandleAsync(
            new LogBatch([], null, new LogContinuity(false, Time.GetUtcNow(), Time.GetUtcNow(), "lost"), null), CancellationToken.None);
        var made = await MakeAsync("new", admin);
        await RunAsync(30);
        Assert.That((await CommandAsync("made-by", "login:admin")).ExitCode, Is.EqualTo(1));
        await RunAsync(120);
        var later = await MakeAsync("later", admin);
        await RunAsync(30);
        Assert.That((await CommandAsync("made-by", "login:admin")).ExitCode, Is.Zero);
        Assert.That((made.IsDisabled, later.IsDisabled), Is.EqualTo((true, false)), "nor afterwards");
    }

    [Test]
    public async Task Without_a_list_that_is_newer_it_is_not_known_who_else_came_and_nothing_is_proved()
    {
        var made = await MakeAsync("new", admin);
        await Daemon.Gate.LookAsync(CancellationToken.None);
        Grafana.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<IReadOnlyList<GrafanaUser>>(GrafanaOutcome.Unavailable, null, "busy"));
        await RunAsync(30);
        Grafana.Setup(g => g.AllUsersAsync(It.IsAny<CancellationToken>()))
            .Returns((CancellationToken cancel) => World.AllUsersAsync(cancel));
        Assert.That((await CommandAsync("made-by", "id:1")).ExitCode, Is.EqualTo(1));
        Assert.That(made.IsDisabled);
    }

    [Test]
    public async Task What_counts_is_the_admin_s_number_and_no_name()
    {
        var twin = await NewcomerAsync("admin");
        await RunAsync(30);
        var made = await MakeAsync("new", admin);
        await RunAsync(30);
        Assert.That((await CommandAsync("made-by", "admin")).Text, Does.Contain("That fits more than one account"));
        Assert.That((await CommandAsync("made-by", $"uid:{twin.Uid}")).Text, Does.Contain("Nobody waits of whom the log proves"));
        Assert.That(made.IsDisabled);
        Assert.That((await CommandAsync("made-by", "id:1")).ExitCode, Is.Zero);
        Assert.That((made.IsDisabled, twin.IsDisabled), Is.EqualTo((false, true)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Whoever_is_made_a_server_admin_after_their_birth_waits_and_the_mail_says_by_whom_and_how_much_later(bool isMetBefore)
    {
        var user = await MakeAsync("new", admin);
        user.IsDisabled = true; // Born locked.
        if (isMetBefore) await RunAsync(2);
        else Time.Advance(TimeSpan.FromSeconds(2));
        World.LogRequest(admin.Id, admin.Login, "PUT", $"/api/admin/users/{user.Id}/permissions", 200);
        user.IsAdmin = true;
        await ReadAsync();
        await RunAsync(20);
        Assert.That((Status(user), user.IsDisabled), Is.EqualTo((AccountStatus.Locked, true)));
        var mail = Disk.Waiting.Values.Concat(Disk.Delivered).Single(m => m.Subject.Contains("new@example.org", StringComparison.Ordinal));
        var text = System.Text.RegularExpressions.Regex.Replace(mail.Text.Replace("\u200b", "", StringComparison.Ordinal), "\\s+", " ");
        Assert.That(mail.Subject, Does.StartWith("Locked, waiting for you").And.Contain("[server admin]"));
        Assert.That(text, Does.Contain("made server admin 2.00 s later by admin (id 1)"));
        Assert.That((await CommandAsync("pending", "")).Text, Does.Contain("SERVER ADMIN: made server admin 2.00 s later by admin (id 1)"));
        Assert.That(
            (await CommandAsync("about", $"uid:{user.Uid}", ("for", "approve"))).Text,
            Does.Contain("YES, made server admin 2.00 s later by admin (id 1)"));
        Assert.That((await CommandAsync("made-by", "id:1")).ExitCode, Is.Zero, "and is approved like everybody");
    }

    [Test]
    public async Task Where_no_line_shows_it_the_mail_says_that_it_is_one()
    {
        var user = World.Add("new", "new@example.org");
        (user.IsDisabled, user.IsAdmin) = (true, true);
        await RunAsync(30);
        Assert.That(Disk.Waiting.Values.Concat(Disk.Delivered).Single().Text, Does.Contain("is a")
            .And.Contain("server administrator; no line of the log says by whom"));
        user.IsAdmin = false;
        await RunAsync(30);
        Assert.That((await CommandAsync("pending", "")).Text, Does.Not.Contain("SERVER ADMIN"), "taken back meanwhile");
    }

    [Test]
    public async Task It_is_kept_over_a_restart_what_was_proved()
    {
        var made = await MakeAsync("new", admin);
        await RunAsync(30);
        Daemon.Gate.Close();
        Build();
        await RunAsync(30);
        Assert.That((await CommandAsync("made-by", "id:1")).ExitCode, Is.Zero);
        Assert.That(made.IsDisabled, Is.False);
    }

    private async Task<SimulatedUser> MakeAsync(string name, SimulatedUser by)
    {
        var user = World.Add(name, $"{name}@example.org");
        World.LogRequest(by.Id, by.Login, "POST", "/api/admin/users", 200);
        await ReadAsync();
        return user;
    }

    private async Task<SimulatedUser> NewcomerAsync(string email)
    {
        var user = World.Add(email, email);
        await Daemon.Gate.HandleAsync(Batch(new SignedIn(Time.GetUtcNow(), email)), CancellationToken.None);
        return user;
    }

    private Task ReadAsync()
    {
        var watch = new LogWatch(Daemon.Memory.IsKnownId, Daemon.Memory.IsKeptOut, () => Daemon.Gate.OurLogId, Daemon.Recorder);
        watch.OnLine(World.Log[^1]);
        return Daemon.Gate.HandleAsync(Batch([.. watch.TakeEvents()]), CancellationToken.None);
    }

    /// <summary>So many seconds of the daemon's rounds, in which its own requests are logged.</summary>
    private async Task RunAsync(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            if (second % 15 == 0 || Daemon.Gate.IsLookWanted) await Daemon.Gate.LookAsync(CancellationToken.None);
            World.LogRequest(SimulatedGrafana.SelfId, "athena", "GET", "/api/users", 200);
            await ReadAsync();
            await Daemon.Gate.WorkAsync(CancellationToken.None);
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
