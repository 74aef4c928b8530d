using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>Phrases that several mails share.</summary>
internal sealed class Wording(MailOptions options)
{
    public const string SmallPrint = "Sent by grafana-auto-disable to the administrators named in MAIL_TO.";

    /// <summary>The file in which the daemon's way into Grafana is set.</summary>
    public string SignInAt => options.SignInAt;

    /// <summary><c>21 November 2026, 03:36:45 (UTC+02:00)</c></summary>
    public string Time(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, options.TimeZone);
        return local.ToString("d MMMM yyyy, HH:mm:ss '(UTC'zzz')'", CultureInfo.InvariantCulture);
    }

    /// <summary><c>21 Nov 2026, 03:36 +02:00</c>, for a column.</summary>
    public string ShortTime(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, options.TimeZone).ToString("d MMM yyyy, HH:mm zzz", CultureInfo.InvariantCulture);

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
            Phrase.Format($"{(arrival.IsProbable ? "probably " : "")}from outside Grafana: {new Stranger(arrival.Through)}"),
        ArrivalKind.MadeByAdmin when arrival.MakerId is { } id =>
            Phrase.Format($"made by the administrator {new Stranger(arrival.By)} (id {id}), as the log proves"),
        ArrivalKind.MadeByAdmin => Phrase.Format($"probably made by the administrator {new Stranger(arrival.By)}"),
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
        ("Login", Phrase.Of(Stranger.Address(person.Login))),
        ("Account", account),
    ];

    /// <summary>Why the admins may be asked what they have answered before.</summary>
    public MailBlock PerhapsDecided(DateTimeOffset backup, bool areSeveral) => new MailBlock.Paragraph(Phrase.Of(
        $"Perhaps you have decided about {(areSeveral ? "some of them" : "it")} already: the memory of the gate was restored from a "
        + $"backup of {Time(backup)}, and what was decided after that is not known to it. "
        + (areSeveral ? "Whoever was approved, approve again." : "If it was approved, approve it again.")));

    /// <summary>Who they are, how they came and what they may do, as names and values.</summary>
    public List<(string, Phrase)> Facts(Account account)
    {
        var open = account.Case!;
        List<(string, Phrase)> facts =
        [
            .. Who(open.Person, Phrase.Format($"{EventRecorder.Selector(account)} (id {account.Id})")),
            ("How they came", HowTheyCame(open.Arrival)),
        ];
        if ((open.Arrival.At ?? open.Created) is { } made) facts.Add(("Made", Phrase.Of(Time(made))));
        if (open.LockedAt is { } lockedAt)
            facts.Add(
                (
                    "Locked",
                    open.BornLockedAt is null
                        ? Phrase.Format($"{Time(lockedAt)}, {EventRecorder.After(open)}")
                        : Phrase.Of("as it was made")));
        if (open.Arrival.Address is { Length: > 0 } address)
            facts.Add(("Claimed address", Phrase.Format($"{new Stranger(address)} (a client can claim any)")));
        if (ServerAdmin(open) is { } admin) facts.Add(("Server admin", admin));
        if (open.Roles.Count > 0) facts.Add(("Roles", Phrase.Of(new Stranger(string.Join(", ", open.Roles), 200))));
        return facts;
    }

    /// <summary>What they did while they were inside; nothing when that was not written down.</summary>
    public static IEnumerable<MailBlock> WhileInside(Exposure? exposure)
    {
        if (exposure is null) yield break;
        yield return new MailBlock.Heading(exposure is { BornLockedAt: not null, Requests: 0 }
            ? "Whether anybody was inside"
            : "While they were inside");
        yield return new MailBlock.Paragraph(ExposureText.Summary(exposure));
        if (ExposureText.Blindness(exposure) is { } blindness) yield return new MailBlock.Paragraph(blindness);
        foreach (var detail in ExposureText.Details(exposure)) yield return new MailBlock.Paragraph(detail);
    }

    public MailBlock.Button EditButton(Account account) =>
        new("Open the account in Grafana", options.EditPage(account.Uid ?? account.Id.ToString(CultureInfo.InvariantCulture)));

    public static MailBlock.Command ApproveCommand(Account account) =>
        new("or, on the Grafana host", $"sudo grafana-auto-disable approve {EventRecorder.Selector(account)}");

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
        "To approve all that this admin has made and that wait",
        FormattableString.Invariant($"sudo grafana-auto-disable approve --made-by id:{adminId}"));

    public static MailBlock.Command RejectCommand(string selector) =>
        new("On the Grafana host", $"sudo grafana-auto-disable reject {selector} --delete");

    /// <summary>
    /// Works as it stands, where the account left something behind: what the daemon can delete it deletes, the rest has been settled.
    /// </summary>
    public static MailBlock.Command RejectCommand(string selector, bool isSettledByHand) =>
        new("On the Grafana host",
            $"sudo grafana-auto-disable reject {selector} --delete --with-objects{(isSettledByHand ? " --settled" : "")}");
}
