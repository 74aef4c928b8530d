using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>Phrases that several mails share.</summary>
/// <param name="links">By which the recipient of this mail decides, by the account's reference; null in what all get.</param>
internal sealed class Wording(MailOptions options, IReadOnlyDictionary<string, AccountLinks>? links = null)
{
    /// <summary>The file in which the daemon's way into Grafana is set.</summary>
    public string SignInAt => options.SignInAt;

    /// <summary><c>21 November 2026, 03:36 SAST</c></summary>
    public string Time(DateTimeOffset at) => options.Clock.DateAndClock(at);

    /// <summary><c>21 Nov 2026, 03:36 SAST</c>, for a column.</summary>
    public string ShortTime(DateTimeOffset at) => options.Clock.ShortDateAndClock(at);

    /// <summary>What to call them in a sentence.</summary>
    public static Phrase Called(Person person) =>
        Phrase.Of(person.Name.Trim().Length > 0 ? new Stranger(person.Name.Trim()) : Stranger.Address(person.Called));

    /// <summary>For a subject: <c>Thabo Mokoena &lt;thabo@example.net&gt;</c>, cut and visible, on one line.</summary>
    public static string Subject(Person person) =>
        UntrustedText.SingleLine($"{UntrustedText.Visible(person.Called, 40)} <{UntrustedText.Visible(person.Email, 40)}>");

    /// <summary>How they came, as far as known; "probably" where the line names no account.</summary>
    public static Phrase HowTheyCame(Arrival arrival) => arrival.Kind switch
    {
        ArrivalKind.SignUpForm => Phrase.Of("the sign-up form"),
        ArrivalKind.Invitation when arrival.Invitations.Count == 0 => Phrase.Of("an invitation"),
        ArrivalKind.Invitation => Phrase.Format($"an invitation, with its code: {Invited(arrival)}"),
        ArrivalKind.TakenInvitation => Phrase.Format(
            $"the sign-up form, with the e-mail of an invitation that was waiting for somebody: {Invited(arrival)}. Grafana does not "
            + $"verify whose e-mail it is"),
        ArrivalKind.SingleSignOn =>
            Phrase.Format($"{(arrival.IsProbable ? "probably " : "")}single sign-on or a directory: {new Stranger(arrival.Through)}"),
        ArrivalKind.MadeByAdmin when arrival.MakerId is { } id =>
            Phrase.Format($"created by the administrator {new Stranger(arrival.By)} (id {id}), as the log proves"),
        ArrivalKind.MadeByAdmin => Phrase.Format($"probably created by the administrator {new Stranger(arrival.By)}"),
        ArrivalKind.Unknown =>
            Phrase.Of("not known: no line of the log tells (single sign-on, a directory, another server, or the log could not be read)"),
    };

    private static Phrase Invited(Arrival arrival)
    {
        var all = arrival.Invitations.Select(i => Phrase.Format(
            $"{Stranger.Address(i.InvitedBy)} invited {Stranger.Address(i.Email)} as {new Stranger(i.Role)} of the organisation {i.OrgId}"))
                .ToList();
        return all.Skip(1).Aggregate(all[0], (words, next) => Phrase.Format($"{words}; {next}"));
    }

    /// <summary>Whose account it is, as names and values.</summary>
    public static IReadOnlyList<(string, Phrase)> Who(Person person, Phrase account) =>
    [
        ("Name", Phrase.Of(new Stranger(person.Name))),
        ("E-mail", Phrase.Of(Stranger.Address(person.Email))),
        .. person.Login == person.Email ? ((string, Phrase)[])[] : [("Login", Phrase.Of(Stranger.Address(person.Login)))],
        ("Account", account),
    ];

    /// <summary>Why the admins may be asked what they have answered before.</summary>
    public MailBlock PerhapsDecided(DateTimeOffset backup, bool areSeveral) => new MailBlock.Paragraph(Phrase.Of(
        $"Perhaps you have decided about {(areSeveral ? "some of them" : "this account")} already: the daemon was restored from a backup "
        + $"of {Time(backup)}, and decisions made after that are lost. "
        + (areSeveral ? "Whoever was approved, approve again." : "If it was approved, approve it again.")));

    /// <summary><c>Thabo Mokoena signed up at 03:28 SAST</c>.</summary>
    /// <param name="account">Who it is about; how and when they came is told as far as it is known.</param>
    /// <param name="name">Null leaves it out, for a chat.</param>
    public Phrase Came(Account account, Phrase? name)
    {
        var who = name ?? Phrase.Of("Somebody");
        var open = account.Case!;
        var at = (open.Arrival.At ?? open.Created) is { } made ? $" at {options.Clock.ClockWithZone(made)}" : "";
        return open.Arrival.Kind switch
        {
            ArrivalKind.SignUpForm or ArrivalKind.TakenInvitation => Phrase.Format($"{who} signed up{at}"),
            ArrivalKind.Invitation => Phrase.Format($"{who} accepted an invitation{at}"),
            ArrivalKind.SingleSignOn => Phrase.Format($"{who} signed in for the first time{at}"),
            ArrivalKind.MadeByAdmin or ArrivalKind.Unknown when name is null => Phrase.Format($"An account was created{at}"),
            ArrivalKind.MadeByAdmin or ArrivalKind.Unknown => Phrase.Format($"An account for {name} was created{at}"),
        };
    }

    /// <summary>The same, with how soon it was locked: <c>Thabo Mokoena signed up at 03:28 SAST and was locked after 0.03 s</c>.</summary>
    public Phrase CameAndLocked(Account account, Phrase? who) => account.Case! switch
    {
        { BornLockedAt: not null } => Phrase.Format($"{Came(account, who)} and was locked at once, by Grafana's database"),
        { LockedAt: not null } open => Phrase.Format($"{Came(account, who)} and was locked {Soon(open)}"),
        _ => Came(account, who),
    };

    private static string Soon(LockCase open) => EventRecorder.After(open) is var after && open.Arrival.At is not null
        ? $"after {after.Replace(" after it was created", "", StringComparison.Ordinal)}"
        : after;

    /// <summary>What a decision hangs on: four facts.</summary>
    public static List<(string, Phrase)> FourFacts(Account account)
    {
        var open = account.Case!;
        List<(string, Phrase)> facts =
        [
            ("E-mail", Phrase.Of(Stranger.Address(open.Person.Email))),
            ("Signed up via", HowTheyCame(open.Arrival)),
        ];
        if (open.Roles.Count > 0) facts.Add(("Roles", Phrase.Of(new Stranger(string.Join(", ", open.Roles), 200))));
        if (open.Arrival.Address is { Length: > 0 } address)
            facts.Add(("IP address", Phrase.Format($"{new Stranger(address)} (not verified)")));
        return facts;
    }

    /// <summary>What else is known of the account, as names and values.</summary>
    public List<(string, Phrase)> Details(Account account)
    {
        var open = account.Case!;
        List<(string, Phrase)> facts = [("Account", Phrase.Format($"{EventRecorder.Selector(account)} (id {account.Id})"))];
        if (open.Person.Name.Trim().Length > 0) facts.Insert(0, ("Name", Phrase.Of(new Stranger(open.Person.Name))));
        if (open.Person.Login != open.Person.Email) facts.Add(("Login", Phrase.Of(Stranger.Address(open.Person.Login))));
        if ((open.Arrival.At ?? open.Created) is { } made) facts.Add(("Created", Phrase.Of(Time(made))));
        if (open.LockedAt is { } lockedAt)
            facts.Add(
                (
                    "Locked",
                    open.Undone is not null ? Phrase.Of(Time(lockedAt))
                    : open.BornLockedAt is null
                        ? Phrase.Format($"{Time(lockedAt)}, {EventRecorder.After(open)}")
                        : Phrase.Of("as it was created")));
        if (ServerAdmin(open) is { } admin) facts.Add(("Server admin", admin));
        return facts;
    }

    /// <summary>What they did while they were inside; nothing when that was not written down.</summary>
    public static IEnumerable<MailBlock> WhileInside(Exposure? exposure)
    {
        if (exposure is null) yield break;
        yield return new MailBlock.Heading(exposure is { BornLockedAt: not null, Requests: 0 }
            ? "Whether anybody was inside"
            : "Activity before the lock");
        yield return new MailBlock.Paragraph(ExposureText.Summary(exposure));
        if (ExposureText.Blindness(exposure) is { } blindness) yield return new MailBlock.Paragraph(blindness);
        foreach (var detail in ExposureText.Details(exposure)) yield return new MailBlock.Paragraph(detail);
    }

    /// <summary>The page on which an admin looks at the account, enables it or deletes it.</summary>
    public Uri Page(Account account) => options.EditPage(account.Uid ?? account.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same of an account that only its reference names.</summary>
    public Uri Page(string reference) => options.EditPage(
        reference.StartsWith("id:", StringComparison.Ordinal) ? reference[3..] : reference);

    public static MailBlock.Buttons OpenAccount(Uri page) => new(new MailButton("Open the account in Grafana", page));

    public MailBlock.Buttons OpenList() => new(new MailButton("Open the list in Grafana", options.UsersPage));

    /// <summary>By which the recipient decides about this account; null where they cannot.</summary>
    public AccountLinks? LinksOf(Account account) => links?.GetValueOrDefault(account.Ref);

    /// <summary>What can be done about an account that waits, and what that does.</summary>
    public IEnumerable<MailBlock> Decide(Account account)
    {
        var page = Page(account);
        if (LinksOf(account) is { } mine)
        {
            var open = new MailButton("Open in Grafana", page);
            yield return mine.Approve is { } approve
                ? new MailBlock.Buttons(new MailButton("Approve", approve), new MailButton("Reject", mine.Reject), open)
                : new MailBlock.Buttons(new MailButton("Reject", mine.Reject), open);
            yield return new MailBlock.Paragraph(Phrase.Of(
                (mine.Approve is null
                    ? "\"Reject\" shows a page that asks once more. This account cannot be approved from a mail: enable it in Grafana. "
                    : $"\"Approve\" and \"Reject\" show a page that asks once more; to approve, {Needs(mine.Proof)}. ")
                + $"The links are yours alone: do not forward this mail. They end on {Time(mine.Until)}, and when somebody has decided."));
            yield break;
        }

        yield return new MailBlock.Buttons(new MailButton("Approve", page), new MailButton("Reject", page));
        yield return new MailBlock.Paragraph(Phrase.Of(
            "Both open the account in Grafana. \"Enable user\" there approves it"
            + (options.TellsTheApproved ? ", and they get an e-mail" : "")
            + ". To reject, do nothing: it stays locked. Or delete it there."));
    }

    private static string Needs(ApprovalProof proof) => proof switch
    {
        ApprovalProof.Pin => "you need your PIN",
        ApprovalProof.Access or ApprovalProof.Proxy => "you must be signed in there",
    };

    /// <summary>What a row of several offers.</summary>
    public Phrase Row(Account account)
    {
        var open = new Link("Open", Page(account), IsNamed: true);
        return LinksOf(account) switch
        {
            { Approve: { } approve } mine =>
                Phrase.Format($"{new Link("Approve", approve, true)} · {new Link("Reject", mine.Reject, true)} · {open}"),
            { } mine => Phrase.Format($"{new Link("Reject", mine.Reject, true)} · {open}"),
            null => Open(Page(account)),
        };
    }

    /// <summary>A row's own action.</summary>
    public static Phrase Open(Uri page) => Phrase.Format($"{new Link("Open", page)}");

    public static MailBlock.Command ApproveCommand(Account account) =>
        new("To approve", $"sudo grafana-auto-disable approve {EventRecorder.Selector(account)}");

    /// <summary><c>made server admin 3.20 s later by naledi (id 4)</c>, or what is known of it; null where it is none.</summary>
    public static Phrase? ServerAdmin(LockCase open) => open.ServerAdmin switch
    {
        null => null,
        { By: { } by, At: { } at } when at - (open.Arrival.At ?? open.BornLockedAt ?? open.Created) is { } after && after >= TimeSpan.Zero
            && after < TimeSpan.FromDays(1) =>
            Phrase.Format($"made server admin {ExposureText.Time(after)} later by {new Stranger(by, 80)}"),
        { By: { } by } => Phrase.Format($"made server admin by {new Stranger(by, 80)}"),
        _ => Phrase.Of("is a server administrator; no line of the log says by whom"),
    };

    public static MailBlock.Command MadeByCommand(long adminId) => new(
        "To approve all that this admin has created and that wait",
        FormattableString.Invariant($"sudo grafana-auto-disable approve --made-by id:{adminId}"));

    public static MailBlock.Command RejectCommand(string selector) =>
        new("To reject and delete", $"sudo grafana-auto-disable reject {selector} --delete");

    /// <summary>
    /// Works as it stands, where the account left something behind: what the daemon can delete it deletes, the rest has been settled.
    /// </summary>
    public static MailBlock.Command RejectCommand(string selector, bool isSettledByHand) =>
        new("To delete the account with what it created",
            $"sudo grafana-auto-disable reject {selector} --delete --with-objects{(isSettledByHand ? " --settled" : "")}");
}
