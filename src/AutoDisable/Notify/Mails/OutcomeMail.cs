using System.Globalization;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>How a matter ended: approved, found enabled, rejected; and a server admin who appeared.</summary>
internal sealed class OutcomeMail(MailOptions options, Wording wording)
{
    public (string, MailDocument, IReadOnlyList<Attachment>?) Outcome(LetterKind kind, string reference, LetterNote note)
    {
        var person = note.Person ?? new Person("", "", reference);
        var selector = Selector(reference);
        List<(string, Phrase)> facts = [.. Wording.Who(person, Phrase.Of(selector))];
        if (note.Decision is { } decision)
        {
            facts.Add(("By", Phrase.Of(new Stranger(decision.By, 80))));
            facts.Add(("When", Phrase.Of(wording.Time(decision.At))));
            if (note.Until is { } until && kind != LetterKind.Rejected)
                facts.Add(("Until", Phrase.Of($"{wording.Time(until)}; then the access ends by itself")));
            if (decision.Reason.Length > 0) facts.Add(("Reason", Phrase.Of(new Stranger(decision.Reason, 200))));
        }

        var called = Wording.Called(person);
        return kind switch
        {
            LetterKind.Approved => ($"Approved: {Wording.Subject(person)}", new MailDocument(
                "The account is approved", Tone.Good, "APPROVED",
                [
                    new MailBlock.Lead(Phrase.Of(
                        "Nothing is left to do. The account is enabled and will not be locked "
                        + $"again{(note.Until is { } end ? $" before its access ends on {wording.Time(end)}" : "")}.")),
                    new MailBlock.Facts(facts),
                    .. Wording.WhileInside(note.Exposure),
                    new MailBlock.Command("To take it back, on the Grafana host", $"sudo grafana-auto-disable reject {selector}"),
                ],
                options.SmallPrint)
            {
                Headline = Phrase.Format($"{called} is approved"),
            }, null),
            LetterKind.ApprovedUnseen => ($"ENABLED, the log does not show by whom: {Wording.Subject(person)}", new MailDocument(
                "An account was enabled, and the log does not show by whom", Tone.Critical, "PLEASE CHECK",
                [
                    new MailBlock.Lead(Phrase.Of(
                        "The account was locked and is enabled now. Only a server admin can do that, so it counts as approved; but the log "
                        + "does not show who it was. If it was none of you, take it back.")),
                    Wording.OpenAccount(wording.Page(reference)),
                    new MailBlock.Command("To take it back, on the Grafana host", $"sudo grafana-auto-disable reject {selector}"),
                    new MailBlock.Facts(facts),
                    .. Wording.WhileInside(note.Exposure),
                    new MailBlock.Paragraph(Phrase.Of(
                        "The log shows who enabled an account only with router_logging = true in the section [server] of grafana.ini, and "
                        + "only on the server that writes it. If Grafana's database was restored from an older copy, that enabled it: "
                        + "take it back.")),
                ],
                options.SmallPrint)
            {
                Headline = Phrase.Format($"{called} was enabled, and the log does not show by whom"),
            }, null),
            LetterKind.Rejected => (
                $"Rejected{(note.IsDeleted == true ? " and deleted" : "")}: {Wording.Subject(person)}", new MailDocument(
                note.IsDeleted == true ? "The account is rejected and deleted" : "The account is rejected", Tone.Calm, "REJECTED",
                [
                    new MailBlock.Lead(Phrase.Of(note.IsDeleted switch
                    {
                        true => "Nothing is left to do. The account was deleted in Grafana.",
                        false => "Nothing is left to do. The account stays locked.",
                        null => "Nothing is left to do. The account stays locked, or was deleted.",
                    })),
                    new MailBlock.Facts(facts),
                    .. Wording.WhileInside(note.Exposure),
                ],
                options.SmallPrint)
                {
                    Headline = Phrase.Format($"{called} is rejected{(note.IsDeleted == true ? " and deleted" : "")}"),
                }, null),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No outcome of an account."),
        };
    }

    public (string, MailDocument, IReadOnlyList<Attachment>?) NewServerAdmin(string reference, Person person) => (
        $"ACTION NEEDED, a new server admin: {Wording.Subject(person)}",
        new MailDocument("There is a new server admin whom nobody approved", Tone.Critical, "ACTION NEEDED",
            [
                new MailBlock.Lead(Admin(Wording.Called(person)), Admin(Phrase.Of("Somebody"))),
                Wording.OpenAccount(wording.Page(reference)),
                new MailBlock.Command(
                    "To lock the account, on the Grafana host",
                    $"sudo grafana-auto-disable reject {Selector(reference)} --server-admin"),
                new MailBlock.Facts(Wording.Who(person, Phrase.Of(Selector(reference)))),
                new MailBlock.Heading("If none of you did it"),
                new MailBlock.Paragraph(Phrase.Of(
                    "Lock the account, then change the passwords of all server admins, look for service accounts and tokens that nobody "
                    + "knows (Administration, Service accounts, in each organisation), and find out who enabled it: the log names who "
                    + "gave the permission.")),
            ],
            options.SmallPrint)
        {
            Headline = Phrase.Format($"{Wording.Called(person)} is a new server admin whom nobody approved"),
        },
        null);

    private static Phrase Admin(Phrase who) => Phrase.Format(
        $"{who} is a server admin now, and server admins are never locked. Only another server admin can have done that: if it was none of "
        + $"you, treat this as a possible compromise.");

    public (string, MailDocument, IReadOnlyList<Attachment>?) EndsSoon(string reference, LetterNote note)
    {
        var (person, end, selector) = (note.Person!, note.Since!.Value, Selector(reference));
        return ($"Access ends soon: {Wording.Subject(person)}",
            new MailDocument($"Temporary access ends on {options.Clock.Date(end)}", Tone.Warning, "ENDS SOON",
                [
                    new MailBlock.Lead(Ends(Wording.Called(person), end), Ends(Phrase.Of("Somebody"), end)),
                    Wording.OpenAccount(wording.Page(reference)),
                    new MailBlock.Command("To extend the access by 90 days, on the Grafana host",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"sudo grafana-auto-disable approve {selector} --until {Local(end.AddDays(90)):yyyy-MM-dd}")),
                    new MailBlock.Command("To let the account stay for good", $"sudo grafana-auto-disable approve {selector}"),
                    new MailBlock.Facts(Wording.Who(person, Phrase.Of(selector))),
                ],
                options.SmallPrint)
            {
                Headline = Phrase.Format($"The temporary access of {Wording.Called(person)} ends on {options.Clock.Date(end)}"),
            },
            null);
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, options.TimeZone);

    private Phrase Ends(Phrase who, DateTimeOffset end) => Phrase.Format(
        $"{who} has access until {wording.Time(end)}. Then the account is locked, unless somebody extends the access.");

    public static string Selector(string reference) =>
        reference.StartsWith("id:", StringComparison.Ordinal) ? reference : $"uid:{reference}";
}
