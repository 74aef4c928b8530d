using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>What would be many mails of one kind in one: everybody is named, those who do not fit in the attached table.</summary>
internal sealed class SeveralMail(MailOptions options, Wording wording)
{
    private const int MostShown = 50;

    public (string, MailDocument, IReadOnlyList<Attachment>?) Write(NoticeTheme theme, IReadOnlyList<Letter> letters)
    {
        var count = letters.Count.ToString(CultureInfo.InvariantCulture);
        var (subject, title, lead, tone, label, next) = Words(theme, count);
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(lead)),
            wording.OpenList(),
            new MailBlock.Table(
                ["Name", "E-mail", "Account", theme == NoticeTheme.EndsSoon ? "Until" : "What", ""],
                [.. letters.Take(MostShown).Select(Row)]),
        ];
        if (letters.Count > MostShown)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                $"The first {MostShown.ToString(CultureInfo.InvariantCulture)} are shown; all are in the attached table.")));
        blocks.Add(new MailBlock.Command(
            $"{next}, on the Grafana host, with the account as it stands in the table", "sudo grafana-auto-disable history uid:…"));
        return (subject, new MailDocument(title, tone, label, blocks, options.SmallPrint),
            letters.Count > MostShown ? [AccountTable.Attach("accounts.csv", letters.Select(TableRow))] : null);
    }

    private static (string Subject, string Title, string Lead, Tone Tone, string Label, string Next) Words(
        NoticeTheme theme, string count) => theme switch
        {
            NoticeTheme.BackAgain => (
                $"CRITICAL, keep coming back: {count} accounts",
                $"{count} external accounts keep coming back",
                $"{count} external accounts were not approved and have come back at least three times within an hour each. Each time "
                + "they were logged out at once, but for a moment they were inside. Grafana's API cannot lock them: give the daemon "
                + "access to Grafana's database (GRAFANA_DATABASE), or set allow_sign_up = false in the section of their provider in "
                + "grafana.ini.",
                Tone.Critical, "CRITICAL", "What happened to one of them"),
            NoticeTheme.LeftBehind => (
                $"CRITICAL, created something: {count} accounts",
                $"{count} accounts that are not approved created something",
                $"Whoever opened these {count} accounts created something that neither a lock nor a deletion of the account takes "
                + "away. Remove it now: the history of each names it.",
                Tone.Critical, "CRITICAL", "What one of them created, and what removes it"),
            NoticeTheme.Outcome => (
                $"Decided: {count} accounts",
                $"{count} accounts were approved or rejected",
                "Nothing is left to do, unless somebody stands here whom you do not expect.",
                Tone.Calm, "DECIDED", "What happened to one of them"),
            NoticeTheme.ServerAdmin => (
                $"CRITICAL: {count} new server admins",
                $"{count} new server admins appeared",
                "Server admins are never locked, because each of them could undo it. Make sure that you know every one of them; "
                + "what you do not know, disable in Grafana now.",
                Tone.Critical, "CRITICAL", "What is known of one of them"),
            NoticeTheme.EndsSoon => (
                $"Access ends soon: {count} accounts",
                $"Temporary access ends soon for {count} accounts",
                "These accounts are locked on the day that stands beside them, unless somebody gives them more time: grafana-auto-disable "
                + "approve uid:… --until DAY.",
                Tone.Warning, "ENDS SOON", "Who gave one of them access"),
            _ => throw new InvalidOperationException($"No wording for {theme}."),
        };

    private IReadOnlyList<Phrase> Row(Letter letter)
    {
        var person = PersonOf(letter);
        return
        [
            Phrase.Of(new Stranger(person.Name, 30)),
            Phrase.Of(Stranger.Address(person.Email)),
            Phrase.Of(OutcomeMail.Selector(letter.Accounts[0])),
            letter.Kind == LetterKind.EndsSoon ? Phrase.Of(What(letter)) : Phrase.Of(new Stranger(What(letter), 120)),
            Wording.Open(wording.Page(letter.Accounts[0])),
        ];
    }

    private (long, string?, Person, DateTimeOffset?, string) TableRow(Letter letter)
    {
        var reference = letter.Accounts[0];
        var isId = reference.StartsWith("id:", StringComparison.Ordinal);
        var id = isId && long.TryParse(reference.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return (id, isId ? null : reference, PersonOf(letter), null, What(letter));
    }

    private string What(Letter letter) => letter.Kind switch
    {
        LetterKind.Approved => $"approved by {letter.Note!.Decision?.By}",
        LetterKind.ApprovedUnseen => "enabled, the log does not show by whom",
        LetterKind.Rejected =>
            $"rejected by {letter.Note!.Decision?.By}{(letter.Note.Decision?.Reason is { Length: > 0 } reason ? $": {reason}" : "")}",
        LetterKind.EndsSoon => letter.Note!.Since is { } until ? wording.ShortTime(until) : "",
        LetterKind.NewServerAdmin => "server admin",
        LetterKind.BackAgain => "external, logged out each time",
        _ when letter.Note?.Exposure is { } exposure => string.Join(", ", exposure.Deeds
            .Where(observedAction => observedAction is { IsCritical: true, Outcome: not ObservedActionOutcome.Refused }).Take(3)
                .Select(observedAction => ExposureText.Plain(ExposureText.Request(observedAction)))),
        _ => "",
    };

    private static Person PersonOf(Letter letter) => letter.Note?.Person ?? new Person("", "", letter.Accounts[0]);
}
