using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.State;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

/// <summary>What programs are told of the gate's letters: who is meant is told by a number alone, and what opens closes.</summary>
internal sealed class LetterEventsTests
{
    private static readonly string Daemon = Identity.Worker.Daemon;

    private static readonly LetterWriter Writer = new(MailSamples.Options);

    [TestCase("locked-hostile")]
    [TestCase("approved")]
    [TestCase("still-inside")]
    [TestCase("trouble-signedout")]
    [TestCase("trouble-over")]
    public void Reads_as_its_sample(string name) => WebhookSample.AssertIs(Written(name), Daemon);

    [Test]
    public void A_test_reads_as_its_sample() => WebhookSample.AssertIs(
        Notification.ForPrograms("test/1", NotificationEvent.Test, new Brand("Athena", "", null, null)), Daemon);

    [TestCaseSource(typeof(MailSamples), nameof(MailSamples.All))]
    public void No_letter_names_anybody_to_programs(string name, object letter, object accounts)
    {
        var people = ((IReadOnlyList<Account>)accounts).Select(account => account.Case?.Person).Append(((Letter)letter).Note?.Person)
            .OfType<Person>().SelectMany(person => (string[])[person.Login, person.Email, person.Name])
            .Concat(((IReadOnlyList<Account>)accounts).Select(account => account.Uid ?? ""))
            .Concat(((Letter)letter).Accounts).Where(word => word.Length > 3);
        var bodies = WebhookSample.BodiesOf(Writer.Write((Letter)letter, (IReadOnlyList<Account>)accounts)!, Daemon);
        foreach (var word in people)
            Assert.That(bodies, Has.None.Contains(word), name);
    }

    [Test]
    public void Who_is_locked_one_by_one_or_in_a_digest_is_settled_by_the_same_key()
    {
        var account = new Account
        {
            Id = 42,
            Uid = "eg4xf3128fz7kd",
            Status = AccountStatus.Locked,
            Case = new LockCase { OpenedAt = MailSamples.At, Person = new Person("n", "n@example.net", "N") },
        };
        var begin = MailSamples.At.ToUnixTimeMilliseconds();
        var (single, digest) = (
            Letter($"locked/{account.Ref}/{begin}", LetterKind.Locked), Letter("digest/1", LetterKind.Digest));
        var end = Letter($"outcome/{account.Ref}/{begin}/1795000000000", LetterKind.Rejected);
        var keys = new[]
        {
            LetterEvents.Of(single, [account]), LetterEvents.Of(digest, [account]),

            // By then nobody remembers the account.
            LetterEvents.Of(end, []), LetterEvents.Of(Letter("several/1", LetterKind.Several) with
            {
                Note = new LetterNote(Theme: NoticeTheme.Outcome, Letters: [end]),
            }, []),
        }.Select(events => events.Single()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(keys.Select(told => told.Key).Distinct().ToList(), Has.Count.EqualTo(1));
            Assert.That(keys.Select(told => told.Action), Is.EqualTo(new[]
            {
                EventAction.Open, EventAction.Open, EventAction.Close, EventAction.Close,
            }));
        });

        Letter Letter(string key, LetterKind kind) => new(key, kind, [account.Ref], MailSamples.At);
    }

    [Test]
    public void A_flood_is_counted_in_one_message()
    {
        var letter = new Letter(
            "digest/1", LetterKind.Digest, [.. Enumerable.Range(1, 51).Select(number => $"uid{number}")], MailSamples.At);
        var told = LetterEvents.Of(letter, []).Single();
        Assert.That((told.Count, told.Action), Is.EqualTo((51, EventAction.Note)));
        Assert.That(LetterEvents.Of(letter with { Accounts = [.. letter.Accounts.Skip(1)] }, []), Has.Count.EqualTo(50));
    }

    [Test]
    public void A_trouble_ends_by_the_key_by_which_it_began() => Assert.That(
        WebhookSample.KeyOf(Written("trouble-over"), Daemon), Is.EqualTo(WebhookSample.KeyOf(Written("trouble-signedout"), Daemon)));

    private static Notification Written(string name)
    {
        var sample = MailSamples.All().Single(sample => (string)sample.Arguments[0]! == name);
        return Writer.Write((Letter)sample.Arguments[1]!, (IReadOnlyList<Account>)sample.Arguments[2]!)!;
    }
}
