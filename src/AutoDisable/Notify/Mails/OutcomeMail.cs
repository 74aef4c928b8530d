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

        return kind switch
        {
            LetterKind.Approved => ($"Approved: {Wording.Subject(person)}", new MailDocument(
                "The account is approved", Tone.Good, "APPROVED",
                [
                    new MailBlock.Lead(Phrase.Of(
                        "Nothing is left to do. The account is enabled and will not be locked "
                        + $"again{(note.Until is null ? "" : " until its access ends")}.")),
                    new MailBlock.Facts(facts),
                    .. Wording.WhileInside(note.Exposure),
                    new MailBlock.Command("To take it back, on the Grafana host", $"sudo grafana-auto-disable reject {selector}"),
                ],
                Wording.SmallPrint), null),
            LetterKind.ApprovedUnseen => ($"ENABLED, could not see by whom: {Wording.Subject(person)}", new MailDocument(
                "An account was enabled, and it could not be seen by whom", Tone.Critical, "PLEASE CHECK",
                [
                    new MailBlock.Lead(Phrase.Of(
                        "The account was locked and is enabled now. Only a server admin can do that, so it counts as approved; but no "
                        + "line of the log says who it was. If it was none of you, take it back.")),
                    new MailBlock.Facts(facts),
                    .. Wording.WhileInside(note.Exposure),
                    new MailBlock.Command("To take it back, on the Grafana host", $"sudo grafana-auto-disable reject {selector}"),
                    new MailBlock.Paragraph(Phrase.Of(
                        "The log shows who enabled an account only with router_logging = true in the section [server] of grafana.ini, and "
                        + "only on the server that writes it. If Grafana's database was restored from an older copy, that enabled it: "
                        + "take it back.")),
                ],
                Wording.SmallPrint), null),
            LetterKind.Rejected => ($"Rejected: {Wording.Subject(person)}", new MailDocument(
                "The account is rejected", Tone.Calm, "REJECTED",
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
                Wording.SmallPrint), null),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No outcome of an account."),
        };
    }

    public (string, MailDocument, IReadOnlyList<Attachment>?) NewServerAdmin(string reference, Person person) => (
        $"ACTION NEEDED, a new server admin: {Wording.Subject(person)}",
        new MailDocument("A server admin appeared whom we have never seen", Tone.Critical, "ACTION NEEDED",
            [
                new MailBlock.Lead(Phrase.Of(
                    "Server admins are never locked: only another server admin can have made this one. If none of you did, your Grafana "
                    + "is in other hands.")),
                new MailBlock.Facts(Wording.Who(person, Phrase.Of(Selector(reference)))),
                new MailBlock.Button("Open the account in Grafana", options.EditPage(reference.StartsWith("id:", StringComparison.Ordinal)
                    ? reference[3..]
                    : reference)),
                new MailBlock.Command(
                    "To lock the account, on the Grafana host", $"sudo grafana-auto-disable reject {Selector(reference)}"),
            ],
            Wording.SmallPrint),
        null);

    public (string, MailDocument, IReadOnlyList<Attachment>?) EndsSoon(string reference, LetterNote note) => (
        $"Access ends soon: {Wording.Subject(note.Person!)}",
        new MailDocument("Access that was given for a time ends soon", Tone.Warning, "ENDS SOON",
            [
                new MailBlock.Lead(Phrase.Format(
                    $"The account is locked on {wording.Time(note.Since!.Value)} unless somebody gives it more time.")),
                new MailBlock.Facts(Wording.Who(note.Person!, Phrase.Of(Selector(reference)))),
                new MailBlock.Command("To give it more time, on the Grafana host",
                    $"sudo grafana-auto-disable approve {Selector(reference)} --until 2027-12-31"),
                new MailBlock.Command("To let it stay for good", $"sudo grafana-auto-disable approve {Selector(reference)}"),
            ],
            Wording.SmallPrint),
        null);

    public static string Selector(string reference) =>
        reference.StartsWith("id:", StringComparison.Ordinal) ? reference : $"uid:{reference}";
}
