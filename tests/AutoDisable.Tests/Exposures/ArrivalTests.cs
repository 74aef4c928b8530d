using System.Text.Json;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>How recorded accounts came, against the transcript.</summary>
internal sealed class ArrivalTests
{
    [Test]
    public void Who_took_an_invitation_is_told_with_whose_it_was()
    {
        var body = Recorded.LinesUntil("attacks", "path=/api/serviceaccounts status=201");
        var evidence = Evidence(body, [new Invitation("Chief3@example.net", "Admin", 3, "admin")], 1, 2);
        var arrival = evidence.For(User(23, "chief3", "chief3@example.net"));
        Assert.Multiple(() =>
        {
            Assert.That(arrival.Kind, Is.EqualTo(ArrivalKind.TakenInvitation));
            Assert.That(arrival.Invitations, Is.EqualTo(new[] { new Invitation("Chief3@example.net", "Admin", 3, "admin") }));
            Assert.That(
                Athena.AutoDisable.Notify.Mails.Wording.HowTheyCame(arrival).Text.Replace("\u200B", "", StringComparison.Ordinal),
                Is.EqualTo(
                    "the sign-up form, with the e-mail of an invitation that was waiting for somebody: admin invited Chief3@example.net "
                    + "as Admin of the organisation 3. Grafana does not verify whose e-mail it is"));
        });
    }

    [Test]
    public void Who_completed_an_invitation_with_its_code_took_nothing()
    {
        var evidence = Evidence(Recorded.Lines("day/rotated"), [new Invitation("invitee@example.net", "Viewer", 1, "admin")], 1, 2);
        var arrival = evidence.For(User(27, "invitee", "invitee@example.net"));
        Assert.That((arrival.Kind, arrival.Invitations.Single().InvitedBy), Is.EqualTo((ArrivalKind.Invitation, "admin")));
    }

    [Test]
    public void The_invitation_s_own_line_asks_for_the_list_before_it_is_used()
    {
        var events = Recorded.Events(Recorded.LinesUntil("attacks", "User=chief3@example.net"), 1, 2).ToList();
        var asked = events.FindLastIndex(entry => entry is InvitationsChanged);
        Assert.That(asked, Is.InRange(0, events.FindIndex(entry => entry is SignedIn { Email: "chief3@example.net" })));
    }

    [TestCase(2, "kagiso")]
    [TestCase(3, "kagiso")]
    public void Single_sign_on_is_told_by_the_answer_just_before_the_first_request(long id, string login)
    {
        var evidence = Evidence(Recorded.Lines("single-sign-on"), [], 1, id == 2 ? 3 : 2);
        var unmarked = evidence.For(User(id, login, "kagiso@idp.example.org"));
        var marked = evidence.For(User(id, login, "kagiso@idp.example.org", "Generic OAuth"));
        Assert.Multiple(() =>
        {
            Assert.That(
                (unmarked.Kind, unmarked.Through, unmarked.IsProbable, unmarked.Address),
                Is.EqualTo((ArrivalKind.SingleSignOn, "generic_oauth", true, "127.0.0.1")));
            Assert.That((marked.Kind, marked.Through, marked.IsProbable), Is.EqualTo((ArrivalKind.SingleSignOn, "Generic OAuth", false)));
        });
    }

    [Test]
    public void Without_any_line_the_mark_alone_tells_it()
    {
        var arrival = Evidence([], []).For(User(26, "proxy", "proxy@example.net", "Auth Proxy"));
        Assert.That(
            (arrival.Kind, arrival.Through, arrival.At), Is.EqualTo((ArrivalKind.SingleSignOn, "Auth Proxy", (DateTimeOffset?)null)));
    }

    [Test]
    public void Somebody_seen_before_a_colleague_signs_on_at_the_same_address_did_not_come_by_it()
    {
        var lines = Recorded.Lines("single-sign-on", line => line.Contains("userId=3 ", StringComparison.Ordinal)).Take(1)
            .Concat(Recorded.Lines("single-sign-on", line => line.Contains("msg=\"Request Completed\"", StringComparison.Ordinal)));
        var evidence = new ArrivalEvidence(Some.Clock);
        foreach (var line in lines) // A batch each.
            foreach (var entry in Recorded.Events([line], 1, 2)) evidence.Add(entry);
        Assert.That(evidence.For(User(3, "kagiso", "kagiso@idp.example.org")).Kind, Is.EqualTo(ArrivalKind.Unknown));
    }

    [Test]
    public void A_sign_on_from_another_address_or_long_before_is_somebody_else_s()
    {
        var lines = Recorded.LinesUntil("single-sign-on", "userId=2 ");
        var elsewhere = lines.Select(line =>
            line.Contains("userId=2 ", StringComparison.Ordinal) ? line.Replace("127.0.0.1", "10.0.0.9", StringComparison.Ordinal) : line);
        var later = lines.Select(line =>
            line.Contains("userId=2 ", StringComparison.Ordinal) ? line.Replace("T02:08:04", "T02:08:15", StringComparison.Ordinal) : line);
        Assert.Multiple(() =>
        {
            Assert.That(Recorded.Events(lines, 1).OfType<SignedOn>().Count(), Is.EqualTo(1));
            Assert.That(Recorded.Events(elsewhere, 1).OfType<SignedOn>(), Is.Empty);
            Assert.That(Recorded.Events(later, 1).OfType<SignedOn>(), Is.Empty);
        });
    }

    [Test]
    public void An_invitation_that_is_used_stays_known_for_an_hour()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero));
        var book = new InvitationBook(time);
        book.Note([new Invitation("a@example.org", "Viewer", 1, "admin"), new Invitation("A@example.org", "Admin", 3, "admin")]);
        time.Advance(TimeSpan.FromMinutes(30));
        book.Note([]);
        Assert.That(book.To("a@example.org"), Has.Count.EqualTo(2));
        time.Advance(TimeSpan.FromMinutes(30));
        book.Note([]);
        Assert.That(book.To("a@example.org"), Is.Empty);
    }

    [Test]
    public void Is_kept_with_the_case()
    {
        var at = new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);
        var arrival = new Arrival(ArrivalKind.TakenInvitation, at, null, "203.0.113.9")
        {
            Through = "generic_oauth",
            IsProbable = true,
            Invitations = [new Invitation("a@example.org", "Admin", 3, "admin")],
        };
        var state = new AutoDisableState { GrafanaUrl = "http://127.0.0.1:3000", BaselineAt = at, LastCompleteLook = at };
        var open = new LockCase { OpenedAt = at, Person = new Person("a", "a", "a"), Arrival = arrival };
        state.Accounts.Add(new Account { Id = 23, Status = AccountStatus.Locking, Case = open });
        var json = JsonSerializer.Serialize(state, AutoDisableStateJson.Default.AutoDisableState);
        var kept = JsonSerializer.Deserialize(json, AutoDisableStateJson.Default.AutoDisableState)!.Accounts.Single().Case!.Arrival;
        Assert.That(kept, Is.EqualTo(arrival).UsingPropertiesComparer());
    }

    private static ArrivalEvidence Evidence(IEnumerable<string> lines, IReadOnlyList<Invitation> pending, params long[] known)
    {
        var evidence = new ArrivalEvidence(Some.Clock);
        evidence.Invitations.Note(pending);
        foreach (var entry in Recorded.Events(lines, known)) evidence.Add(entry);
        return evidence;
    }

    private static GrafanaUser User(long id, string login, string email, params string[] labels) =>
        new(id, $"uid{id}", login, email, "", IsAdmin: false, IsDisabled: false, labels, null, null);
}
