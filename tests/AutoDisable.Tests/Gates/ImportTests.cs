using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.Notify.Channels;
using Moq;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>
/// Rows put anew into Grafana's database are born locked, those of people who had been let in as well: one trouble, one mail, one command,
/// and nobody comes in by it who had not been in.
/// </summary>
internal sealed class ImportTests : GateScenario
{
    private readonly Mock<IBornLocked> database = new();
    private readonly Dictionary<long, DateTimeOffset> marks = [];
    private bool answers;

    [SetUp]
    public async Task Install()
    {
        marks.Clear();
        answers = true;
        database.Reset();
        database.Setup(d => d.LookAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(() =>
                new BornLockedStatus(answers ? BornLockedStanding.Whole : BornLockedStanding.Unknown, answers ? [] : ["away"], []));
        database.Setup(d => d.HeldAsync(It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        database.Setup(d => d.MarksAsync(It.IsAny<IReadOnlyCollection<long>>(), It.IsAny<CancellationToken>()))
            .Returns((IReadOnlyCollection<long> ids, CancellationToken _) => Task.FromResult<IReadOnlyList<BornMark>?>(answers
                ? [.. ids.Where(marks.ContainsKey).Select(id => new BornMark(id, marks[id]))]
                : null));
        Start();
        await RunAsync(TimeSpan.FromSeconds(5));
        Time.Advance(TimeSpan.FromHours(2));
        await RunAsync(TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Those_who_had_been_let_in_are_let_in_again_by_one_command_and_nobody_else()
    {
        var waits = Born("waits");
        await LogAsync(new SignedIn(Time.GetUtcNow(), waits.Email));
        var rejected = Born("rejected");
        await LogAsync(new SignedIn(Time.GetUtcNow(), rejected.Email));
        await RunAsync(TimeSpan.FromSeconds(20));
        await CommandAsync("reject", $"uid:{rejected.Uid}");
        var left = Colleague(5);
        left.IsDisabled = true;
        await LogAsync(new DisabledByAdmin(Time.GetUtcNow(), left.Uid, 1, "admin", null));
        await RunAsync(TimeSpan.FromMinutes(2));
        var before = Mails.ToList();

        foreach (var user in World.Users.Where(user => !user.IsAdmin)) Insert(user);
        SimulatedUser[] unknown = [Born("one"), Born("two"), Born("three")];
        await RunAsync(TimeSpan.FromMinutes(2));
        var mail = Mails.Except(before).Single();
        var text = Plain(mail);
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("ACTION NEEDED, locked by an import: 5 people who had been let in"));
            Assert.That(text, Does.Contain("sudo grafana-auto-disable approve --imported"));
            foreach (var user in (SimulatedUser[])[Colleague(0), Colleague(4), .. unknown]) Assert.That(text, Does.Contain(user.Uid));
            Assert.That(Daemon.Troubles.Present.Select(trouble => trouble.Kind), Is.EqualTo(new[] { TroubleKind.Imported }));
            Assert.That(AutoDisableSnapshot.Of(Daemon).IsWell);
        });

        var about = await CommandAsync("about", "", ("for", "imported"));
        Assert.That(about.Text, Does.Contain("5 who had been let in").And.Contain("3 not known").And.Contain("1 waiting for a decision")
            .And.Contain("1 rejected").And.Contain("1 let in, and disabled otherwise"));
        Assert.That(World.Users.Count(user => !user.IsDisabled), Is.EqualTo(2), "asking changes nothing");
        Assert.That((await CommandAsync("imported", "")).Text, Does.Contain("Let in again: 5 of 5").And.Contain("They stay locked"));
        await RunAsync(TimeSpan.FromMinutes(2));
        Assert.Multiple(() =>
        {
            Assert.That(
                World.Users.Where(user => !user.IsDisabled).Select(user => user.Login),
                Is.EquivalentTo((string[])["admin", "athena", .. Enumerable.Range(0, 5).Select(i => $"colleague{i}")]));
            Assert.That(Daemon.Troubles.Has(TroubleKind.Imported), "those who are not known are of the last hours");
            Assert.That(Mails.Except(before), Is.EqualTo(new[] { mail }), "nobody is mailed about each, nor are they themselves");
            Assert.That(unknown.Select(Status), Is.All.EqualTo(AccountStatus.Locked));
        });
        Assert.That((await CommandAsync("imported", "")).ExitCode, Is.Not.Zero, "nobody is left");
        foreach (var user in unknown) await CommandAsync("reject", $"uid:{user.Uid}", ("delete", "yes"));
        await RunAsync(TimeSpan.FromMinutes(1));
        Assert.That(Daemon.Troubles.Present, Is.Empty);
    }

    [Test]
    public async Task By_whose_word_and_until_when_somebody_is_in_stays()
    {
        var guest = Born("guest");
        await RunAsync(TimeSpan.FromSeconds(20));
        await CommandAsync("approve", $"uid:{guest.Uid}", ("until", "2027-03-31"));
        await RunAsync(TimeSpan.FromMinutes(3));
        var (decision, until) = (Account(guest).Decision, Account(guest).Until);
        Insert(guest);
        await RunAsync(TimeSpan.FromMinutes(2));
        Assert.That((await CommandAsync("imported", "")).ExitCode, Is.Zero);
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That(
            (guest.IsDisabled, Account(guest).Decision, Account(guest).Until, Account(guest).Import),
            Is.EqualTo((false, decision, until, (ImportLock?)null)));
        Assert.That(until, Is.Not.Null);
    }

    [Test]
    public async Task A_storm_of_sign_ups_is_asked_about_in_a_digest_lets_nobody_in_and_a_person_among_them_is_named()
    {
        for (var i = 0; i < 21; i++)
        {
            var stranger = Born($"storm{i}");
            await LogAsync(new SignedIn(Time.GetUtcNow(), stranger.Email));
        }

        var person = Born("nomsa");
        await LogAsync(new SignedIn(Time.GetUtcNow(), person.Email));
        await RunAsync(TimeSpan.FromMinutes(2));
        Assert.That(Mails.Select(mail => mail.Subject), Is.EqualTo(new[] { "Locked, waiting for you: 22 new accounts" }));
        Assert.That(Plain(Mails.Single()), Does.Contain(person.Uid));
        Assert.That(Daemon.Troubles.Present, Is.Empty);
        var reply = await CommandAsync("imported", "");
        Assert.That((reply.ExitCode, World.Users.Count(user => user.IsDisabled)), Is.EqualTo((1, 22)));
        Assert.That(reply.Text, Does.Contain("22 waiting for a decision").And.Contain("pending"));

        Time.Advance(TimeSpan.FromHours(2));
        var late = Born("late");
        await LogAsync(new SignedIn(Time.GetUtcNow(), late.Email));
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That(Mails.Last().Subject, Does.Contain("<late@example.net>"));
    }

    [Test]
    public async Task A_storm_does_not_hide_an_import_nor_an_import_a_person_who_signs_up()
    {
        for (var i = 0; i < 25; i++) Born($"outside{i}");
        await RunAsync(TimeSpan.FromMinutes(2));
        Assert.That(Mails.Single().Subject, Is.EqualTo("Locked, waiting for you: 25 accounts at once, as by an import"));

        foreach (var i in (int[])[1, 2, 3]) Insert(Colleague(i));
        var person = Born("nomsa");
        await LogAsync(new SignedIn(Time.GetUtcNow(), person.Email));
        await RunAsync(TimeSpan.FromMinutes(12));
        Assert.That(
            Mails.Select(mail => mail.Subject), Has.One.EqualTo("ACTION NEEDED, locked by an import: 3 people who had been let in"));
        Assert.That(
            Mails.Where(mail => Plain(mail).Contains(person.Uid, StringComparison.Ordinal)).Select(mail => mail.Subject),
            Has.Some.StartsWith("Locked, waiting for you"));
        Assert.That(Mails.Select(mail => mail.Subject), Has.None.Contains("signed up within an hour"));
    }

    [Test]
    public async Task Of_more_than_fifty_rows_nobody_says_that_the_sign_up_form_is_flooded_and_nobody_is_written_to()
    {
        Start(new AutoDisableOptions("http://127.0.0.1:3000", ApplicantReceived: true, ReceivedIfBornLocked: true));
        for (var i = 0; i < 60; i++) Born($"row{i}");
        Insert(Colleague(1));
        await RunAsync(TimeSpan.FromMinutes(2));
        Assert.That(
            Mails.Select(mail => mail.Subject), Is.EqualTo(new[] { "ACTION NEEDED, locked by an import: 1 person who had been let in" }));
        Assert.That(Daemon.Memory.Book.All.Count(account => account.Case is { IsImported: true, NoticeKey: not null }), Is.EqualTo(60));

        var person = Born("nomsa");
        await LogAsync(new SignedIn(Time.GetUtcNow(), person.Email));
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That(
            Mails.Select(mail => mail.Subject),
            Has.One.EqualTo("Locked, waiting for you: Name of nomsa@example.net <nomsa@example.net>"),
            "and the next person has a mail of their own");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Without_a_mark_of_the_database_it_is_somebody_elses_doing(bool isAnswered)
    {
        answers = isAnswered;
        foreach (var i in (int[])[1, 2, 3]) Colleague(i).IsDisabled = true;
        await RunAsync(TimeSpan.FromMinutes(3));
        Assert.That(
            Mails.Select(mail => mail.Subject).Where(subject => !subject.Contains("born locked", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "ACTION NEEDED: 3 people who were let in are disabled, and not by you" }));
        Assert.That((await CommandAsync("imported", "")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task It_is_remembered_over_a_restart_and_told_once()
    {
        foreach (var i in (int[])[1, 2, 3]) Insert(Colleague(i));
        await RunAsync(TimeSpan.FromSeconds(30));
        Daemon.Gate.Close();
        Start();
        await RunAsync(TimeSpan.FromMinutes(3));
        Start();
        await RunAsync(TimeSpan.FromMinutes(3));
        Assert.That(
            Mails.Select(mail => mail.Subject), Is.EqualTo(new[] { "ACTION NEEDED, locked by an import: 3 people who had been let in" }));
        Colleague(1).IsDisabled = false; // An admin was quicker with one of them.
        Assert.That(
            (await CommandAsync("imported", "")).Text,
            Does.Contain("Let in again: 2 of 2").And.Not.Contain("stay locked"),
            "nobody else is locked, and those two are not any more");
    }

    [Test]
    public async Task Before_it_is_known_who_locked_them_nobody_is_let_in_and_that_is_said()
    {
        Insert(Colleague(1));
        await RunAsync(TimeSpan.FromSeconds(1));
        var reply = await CommandAsync("imported", "");
        Assert.That((reply.ExitCode, Colleague(1).IsDisabled), Is.EqualTo((1, true)));
        Assert.That(reply.Text, Does.Contain("the running daemon finds that out within a minute; ask again then"));
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That((await CommandAsync("imported", "")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task What_was_decided_is_carried_out_after_a_crash_and_what_cannot_be_done_is_shown()
    {
        foreach (var i in (int[])[1, 2, 3]) Insert(Colleague(i));
        await RunAsync(TimeSpan.FromMinutes(2));
        Grafana.Setup(g => g.EnableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new GrafanaAnswer<Acknowledgement>(GrafanaOutcome.Unavailable, null, "busy"));
        var reply = await CommandAsync("imported", "");
        Assert.That((reply.ExitCode, reply.Text.Split('\n')[0]), Is.EqualTo((1, "Let in again: 0 of 3.")));
        Assert.That((await CommandAsync("pending", "")).Text, Does.Contain("NOT DONE YET").And.Contain("busy"));
        Grafana.Setup(g => g.EnableAsync(It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((long id, CancellationToken cancel) => World.EnableAsync(id, cancel));
        Start(); // It was killed: nothing was written since the decision.
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That(World.Users.Where(user => user.IsDisabled), Is.Empty);
        Assert.That((Daemon.Troubles.Present.Count, Mails.Count()), Is.EqualTo((0, 1)), "and nobody is mailed about each");
    }

    [Test]
    public async Task People_from_outside_are_let_in_again_in_the_database()
    {
        var outsider = World.Add("kagiso", "kagiso@example.org", isBaseline: true, isExternal: true);
        Daemon.Memory.Book.Add(new Account { Uid = outsider.Uid, Id = outsider.Id, Status = AccountStatus.Admitted });
        Daemon.Memory.Save();
        World.Table = new SimulatedUserTable(World, new CrashPoint());
        Start();
        await RunAsync(TimeSpan.FromSeconds(20));
        Insert(outsider);
        await RunAsync(TimeSpan.FromMinutes(2));
        await CommandAsync("imported", "");
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That((outsider.IsDisabled, Status(outsider)), Is.EqualTo((false, AccountStatus.Admitted)));
    }

    [Test]
    public async Task Whoever_was_found_after_what_was_shown_is_not_let_in_by_it()
    {
        Insert(Colleague(1));
        await RunAsync(TimeSpan.FromSeconds(30));
        var shown = System.Text.Json.Nodes.JsonNode.Parse((await CommandAsync("about", "", ("for", "imported"))).Json!)![
            FoundDecisions.Until]!.ToString();
        Insert(Colleague(2));
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That((await CommandAsync("imported", "", (FoundDecisions.Until, shown))).ExitCode, Is.Zero);
        Assert.That((Colleague(1).IsDisabled, Colleague(2).IsDisabled), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Whoever_was_missing_while_the_rows_were_made_anew_is_who_they_were()
    {
        var guest = Born("guest");
        await RunAsync(TimeSpan.FromSeconds(20));
        await CommandAsync("approve", $"uid:{guest.Uid}", ("until", "2027-03-31"));
        await RunAsync(TimeSpan.FromMinutes(1));
        var until = Account(guest).Until;
        var left = Colleague(5);
        left.IsDisabled = true;
        await LogAsync(new DisabledByAdmin(Time.GetUtcNow(), left.Uid, 1, "admin", null));
        await RunAsync(TimeSpan.FromMinutes(1));
        SimulatedUser[] gone = [left, guest];
        foreach (var user in gone) World.Users.Remove(user);
        await RunAsync(TimeSpan.FromMinutes(1));
        Assert.That(gone.Select(user => Daemon.Memory.Book.FindByRef(user.Uid)), Is.All.Null);
        foreach (var user in gone) World.Users.Add(user);
        foreach (var user in World.Users.Where(user => !user.IsAdmin)) Insert(user);
        await RunAsync(TimeSpan.FromMinutes(2));
        await CommandAsync("imported", "");
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That((left.IsDisabled, guest.IsDisabled, Account(guest).Until), Is.EqualTo((true, false, until)));
        Assert.That(World.Users.Count(user => user.IsDisabled), Is.EqualTo(1));
    }

    [Test]
    public async Task Where_the_numbers_were_given_anew_nobody_else_is_enabled_in_their_place()
    {
        var (was, other) = (Colleague(1), Colleague(2));
        var account = Account(was);
        Insert(was);
        Insert(other);
        await RunAsync(TimeSpan.FromMinutes(2));
        (was.Id, other.Id) = (other.Id, was.Id);
        await CommandAsync("imported", "");
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That((was.IsDisabled, other.IsDisabled), Is.EqualTo((true, true)), "both numbers are another's by now");
        await CommandAsync("approve", $"uid:{was.Uid}");
        await RunAsync(TimeSpan.FromSeconds(30));
        Assert.That((other.IsDisabled, account.Approving?.Problem), Is.EqualTo(
            (true,
                "Its number is another account's by now, so nothing was enabled. Name the other one by its uid, or enable it in "
                + "Grafana.")));
    }

    /// <summary>
    /// Whatever stands where before, and whatever the import brings: who is enabled by the command had been let in, and the import locked
    /// them.
    /// </summary>
    [Test]
    public async Task Nobody_is_let_in_who_had_not_been_whatever_is_imported([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
        {
            var user = Born($"new{i}");
            if (random.Next(2) == 0) await LogAsync(new SignedIn(Time.GetUtcNow(), user.Email));
            await RunAsync(TimeSpan.FromSeconds(12));
            if (random.Next(3) is var fate and < 2) await CommandAsync(fate == 0 ? "approve" : "reject", $"uid:{user.Uid}");
            await RunAsync(TimeSpan.FromSeconds(2));
        }

        await RunAsync(TimeSpan.FromMinutes(2));
        foreach (var user in World.Users.Where(user => !user.IsAdmin && !user.IsDisabled && random.Next(3) == 0).ToList())
        {
            user.IsDisabled = true;
            if (random.Next(2) == 0) await LogAsync(new DisabledByAdmin(Time.GetUtcNow(), user.Uid, 1, "admin", null));
        }

        await RunAsync(TimeSpan.FromMinutes(2));
        var letIn = World.Users.Where(user => !user.IsDisabled).ToHashSet();
        foreach (var user in World.Users.Where(user => !user.IsAdmin && random.Next(4) > 0).ToList()) Insert(user);
        for (var i = 0; i < random.Next(30); i++) Born($"import{i}");
        await RunAsync(TimeSpan.FromSeconds(random.Next(5, 200)));
        await CommandAsync("imported", "");
        await RunAsync(TimeSpan.FromMinutes(2));
        await CommandAsync("imported", "");
        await RunAsync(TimeSpan.FromMinutes(1));
        Assert.That(World.Users.Where(user => !user.IsDisabled), Is.EquivalentTo(letIn));
    }

    private IEnumerable<OutgoingMessage> Mails => Disk.Waiting.Values.Concat(Disk.Delivered)
        .Where(mail =>
            !mail.Key.StartsWith("outcome/", StringComparison.Ordinal) && !mail.Key.StartsWith("several/", StringComparison.Ordinal)
                && !mail.Key.StartsWith("applicant/", StringComparison.Ordinal));

    private static string Plain(OutgoingMessage mail) => mail.Text.Replace("\u200b", "", StringComparison.Ordinal);

    private void Start(AutoDisableOptions? options = null) => Build(options, database: database.Object);

    private SimulatedUser Colleague(int number) => World.Users.First(user => user.Login == $"colleague{number}");

    private Account Account(SimulatedUser user) => Daemon.Memory.Book.FindByRef(user.Uid)!;

    /// <summary>The row of this account is put into the database anew, and the trigger disables it.</summary>
    private void Insert(SimulatedUser user)
    {
        user.IsDisabled = true;
        marks[user.Id] = Time.GetUtcNow();
    }

    private SimulatedUser Born(string name)
    {
        var user = World.Add($"{name}@example.net", $"{name}@example.net");
        Insert(user);
        return user;
    }

    private Task LogAsync(LogEvent entry) => Daemon.Gate.HandleAsync(Batch(entry), CancellationToken.None);

    /// <summary>The daemon's rounds for so long: a list every fifteen seconds, the database and what can wait each second.</summary>
    private async Task RunAsync(TimeSpan span)
    {
        var until = Time.GetUtcNow() + span;
        for (var round = 0; Time.GetUtcNow() < until; round++)
        {
            if (round % 15 == 0 || Daemon.Gate.IsLookWanted) await Daemon.Gate.LookAsync(CancellationToken.None);
            if (await Daemon.Gate.BornLockedDueAsync() is { } read)
                await Daemon.Gate.UseBornLockedAsync(await read(CancellationToken.None));
            World.LogRequest(SimulatedGrafana.SelfId, "athena", "GET", "/api/users", 200);
            await Daemon.Gate.WorkAsync(CancellationToken.None);
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
