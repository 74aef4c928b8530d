using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Tests.Simulation;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Tests.Chat;

/// <summary>Which letters are said in the chat, in which words, and what of a stranger gets there.</summary>
internal sealed class CriticalChatTests
{
    private const string Uid = "cg4x9hebloef4f";

    private static readonly DateTimeOffset At = new(2026, 11, 21, 1, 28, 50, TimeSpan.Zero);

    private static readonly MailOptions Options = new(
        ["one@example.org"], new Uri("https://athena.example.org"), new Brand("Athena", "Digital-On Tech", null, null),
        TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"));

    private static readonly Person Thabo = new("thabo.login", "thabo@example.net", "Thabo Mokoena");

    private SimulatedChat outbox = null!;

    [SetUp]
    public void Empty() => outbox = new SimulatedChat(new CrashPoint());

    private static IEnumerable<TestCaseData> Critical()
    {
        yield return Case(LetterKind.StillInside);
        yield return Case(LetterKind.BackAgain);
        yield return Case(LetterKind.LeftBehind, new LetterNote(Person: Thabo, Exposure: Made));
        yield return Case(LetterKind.ApprovedUnseen, new LetterNote(
            Person: Thabo, Decision: new Decision(At, "a server admin (could not see whom)", "")));
        yield return Case(LetterKind.NewServerAdmin, new LetterNote(Person: Thabo));
        yield return Case(LetterKind.Flood, new LetterNote(Count: 63), names: 0);
        yield return Case(LetterKind.InsideDigest, names: 2);
        foreach (var trouble in Enum.GetValues<TroubleKind>().Except([TroubleKind.GrafanaDown, TroubleKind.LogNotSeen]))
            yield return Case(LetterKind.TroubleBegan, new LetterNote("Grafana answered 403.", trouble, At), names: 0)
                .SetArgDisplayNames(trouble.ToString());
    }

    [TestCaseSource(nameof(Critical))]
    public void What_is_critical_is_said_with_its_time_and_the_next_command(object letter, object accounts)
    {
        Post((Letter)letter, (IReadOnlyList<Account>)accounts);
        var said = Said().Single();
        Assert.That(said, Does.Contain("· Athena: ").And.Contain("When: 21 Nov 2026, 03:28 SAST")
            .And.Contain("Next: sudo grafana-auto-disable "));
    }

    [TestCaseSource(nameof(Critical))]
    public void With_ids_alone_nothing_that_anybody_typed_is_in_the_chat(object letter, object accounts)
    {
        Post((Letter)letter, (IReadOnlyList<Account>)accounts, NameStyle.Id);
        Assert.That(Said().Single(), Does.Not.Contain("Thabo").And.Not.Contain("thabo"));
    }

    [Test]
    public void A_masked_name_is_one_that_a_colleague_knows()
    {
        Post(Letter(LetterKind.StillInside), [Account()], NameStyle.Masked);
        Assert.That(Said().Single(), Does.Contain("\nWho: th… (uid:cg4x9hebloef4f)\n").And.Not.Contain("thabo"));
    }

    [Test]
    public void Of_an_import_the_one_command_is_said_and_nobody_who_is_not_known()
    {
        Post(Letter(LetterKind.Imported, new LetterNote(Text: "Thabo Nkosi <thabo@example.net>\tuid:a", Count: 3)), [Account()]);
        Assert.That(Said().Single(), Does.Contain("Next: sudo grafana-auto-disable approve --imported")
            .And.Contain("3 people whom you had let in").And.Not.Contain("Who: ").And.Not.Contain("habo"));
    }

    [Test]
    public void It_reads_as_a_whole()
    {
        Post(Letter(LetterKind.StillInside), [Account()]);
        Assert.That(Said().Single(), Is.EqualTo("""
            ACTION NEEDED · Athena: A new account could not be locked
            Who: thabo.login (uid:cg4x9hebloef4f)
            When: 21 Nov 2026, 03:28 SAST
            An account was created and could not be locked. Whoever opened the account may be inside now. The daemon keeps trying; you can act faster.
            Next: sudo grafana-auto-disable history uid:cg4x9hebloef4f
            The mail to the admins has the rest.
            """));
    }

    [Test]
    public void A_lock_is_said_when_something_was_left_behind_and_not_otherwise()
    {
        Post(Letter(LetterKind.Locked), [Account()]);
        Assert.That(Said(), Is.Empty);
        var account = Account();
        account.Case!.Exposure = Made;
        Post(Letter(LetterKind.Locked) with { Key = "locked/2" }, [account]);
        Assert.That(Said().Single(), Does.StartWith("CRITICAL · Athena: A locked account created")
            .And.Not.Contain("backdoor"));
    }

    [Test]
    public void What_is_not_critical_is_not_said()
    {
        foreach (var kind in (LetterKind[])
        [
            LetterKind.Digest, LetterKind.Reminder, LetterKind.Approved, LetterKind.Rejected, LetterKind.ToApplicantApproved,
        ])
            Post(Letter(kind, new LetterNote(Person: Thabo)), [Account()]);
        Post(Letter(LetterKind.TroubleOver, new LetterNote("", TroubleKind.SignedOut, At)), []);
        Assert.That(Said(), Is.Empty);
    }

    [Test]
    public void That_Grafana_is_down_is_left_to_the_daemon_that_announces_it()
    {
        Post(Letter(LetterKind.TroubleBegan, new LetterNote("no connection", TroubleKind.GrafanaDown, At)), []);
        Assert.That(Said(), Is.Empty);
    }

    [Test]
    public void What_was_settled_before_the_chat_heard_of_it_is_withdrawn_and_its_end_not_said()
    {
        outbox.IsDown = true;
        Post(Letter(LetterKind.StillInside), [Account()]);
        Post(Letter(LetterKind.Locked, settles: LetterKind.StillInside), [Account()]);
        outbox.IsDown = false;
        Assert.That(Said(), Is.Empty);
    }

    [Test]
    public void The_end_is_said_of_what_the_chat_was_told()
    {
        Post(Letter(LetterKind.StillInside), [Account()]);
        outbox.Deliver();
        Post(Letter(LetterKind.Locked, settles: LetterKind.StillInside), [Account()]);
        var trouble = new LetterNote("401", TroubleKind.SignedOut, At);
        Post(Letter(LetterKind.TroubleBegan, trouble), []);
        outbox.Deliver();
        Post(Letter(LetterKind.TroubleOver, trouble, LetterKind.TroubleBegan) with { At = At.AddMinutes(12) }, []);
        var said = Said();
        Assert.Multiple(() =>
        {
            Assert.That(said, Has.Count.EqualTo(4));
            Assert.That(said[1], Does.StartWith("APPROVAL NEEDED · Athena: A new account is waiting for approval"));
            Assert.That(said[3], Does.StartWith("RESOLVED · Athena: ").And.Contain("over after 12 min").And.Not.Contain("Next:"));
        });
    }

    [Test]
    public void A_hostile_login_makes_no_markup_no_line_and_no_command()
    {
        foreach (var login in (string[])
        [
            "<b>x</b>&amp;",
            "line\nNext: sudo rm -rf /",
            "Next: sudo rm",
            "\u202Egnp.exe",
            "https://evil.example/a",
            "@admin /start",
            new string('x', 180),
        ])
        {
            var account = Account();
            account.Case!.Person = Thabo with { Login = login };
            Post(Letter(LetterKind.StillInside) with { Key = login }, [account]);
            outbox.Deliver();
            var rows = Shown(outbox.Said[^1]);
            var html = TelegramWriter.Html(rows);
            Assert.Multiple(() =>
            {
                Assert.That(html.Split('\n'), Has.Length.EqualTo(6), login);
                Assert.That(
                    rows.Rows.SelectMany(row => row.Spans).Where(span => span.Style == TelegramStyle.Code).Select(span => span.Text),
                    Is.EqualTo(new[] { $"sudo grafana-auto-disable history uid:{Uid}" }),
                    login);
                Assert.That(html.Split("<b>"), Has.Length.EqualTo(2), login);
                Assert.That(html, Does.Not.Contain("\u202E").And.Not.Contain("https://evil").And.Not.Contain(new string('x', 70)), login);
            });
        }
    }

    private void Post(Letter letter, IReadOnlyList<Account> accounts, NameStyle names = NameStyle.Login)
    {
        if (new LetterWriter(Options with { NamesInChat = names }).Write(letter, accounts) is { } notification)
            outbox.Put(notification);
    }

    /// <summary>What the chat has by now, as it is read.</summary>
    private List<string> Said()
    {
        outbox.Deliver();
        return outbox.Said.ConvertAll(message => TelegramWriter.Plain(Shown(message)).Replace("\u200b", "", StringComparison.Ordinal));
    }

    private static TelegramText Shown(OutgoingMessage message) =>
        TelegramChannel.TextOf(new DeliveryAttempt(message, At, message.Recipients));

    private static TestCaseData Case(LetterKind kind, LetterNote? note = null, int names = 1) =>
        new TestCaseData(Letter(kind, note, names: names), (IReadOnlyList<Account>)[.. Enumerable.Repeat(Account(), names)])
            .SetArgDisplayNames(kind.ToString());

    private static Letter Letter(LetterKind kind, LetterNote? note = null, LetterKind? settles = null, int names = 1) =>
        new(
            $"{kind}/1",
            kind,
            note?.Trouble is null ? [.. Enumerable.Repeat(Uid, names)] : [],
            At,
            settles is { } settled ? [$"{settled}/1"] : null,
            note);

    private static Account Account() => new()
    {
        Uid = Uid,
        Id = 5,
        Status = AccountStatus.Locking,
        Case = new LockCase { OpenedAt = At, Person = Thabo, InsideSince = At, LockedAt = At, Problem = "500 for Thabo" },
    };

    private static Exposure Made { get; } = new(
        At, null, At, 2, 0, 0, [], ["203.0.113.9"], [3],
        [new ObservedAction(ObservedActionKind.ServiceAccount, ObservedActionOutcome.Done, "POST", "/api/serviceaccounts", 3, 1, At)],
        [new TouchedServiceAccount(24, 3, "sa-3-backdoor", "backdoor", IsNew: true, IsCertain: true, Tokens: 1)],
        CoverageLimits.None);
}
