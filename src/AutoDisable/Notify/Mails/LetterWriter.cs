using System.Globalization;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>Writes each kind of letter; what the kinds share (recipients, thread, small print, rendering) is here.</summary>
/// <param name="links">Gives out links that decide; null where nobody decides from a mail.</param>
internal sealed class LetterWriter(MailOptions options, IPersonalLinks? links = null) : ILetterWriter
{
    private readonly Wording wording = new(options);
    private readonly BriefText brief = new(options);

    public Notification? Write(Letter letter, IReadOnlyList<Account> accounts)
    {
        if (letter.Kind == LetterKind.Drill)
            return options.DrillTo.Count == 0 ? null : new DrillMail(options, wording).Write(letter.Key, letter.Note!.Drill!);
        if (ApplicantOf(letter) is { } applicant) return new ApplicantMail(options, wording).Write(letter, applicant);
        if (Compose(letter, accounts, wording) is not var (subject, document, attachments)) return null;

        return new Notification(
            letter.Key, letter.Kind == LetterKind.Escalated ? options.EscalateTo : options.To, subject, document, options.Brand)
        {
            Severity = document.Tone == Tone.Critical ? Severity.Critical : Severity.Warning,
            // grafana-active-users says that in the chat: one daemon, once. Who waits has a message with buttons there.
            Brief = letter.Note?.Trouble == TroubleKind.GrafanaDown || letter.Kind == LetterKind.Escalated
                || (letter.Kind == LetterKind.Locked && options.DecidesInChat)
                ? null
                : brief.Write(letter, document, accounts),
            Settles = letter.Supersedes ?? [],
            Thread = ThreadOf(letter),
            Attachments = attachments,
            Personal = Personal(letter, accounts),
            Events = LetterEvents.Of(letter, accounts),
        };
    }

    /// <summary>The mails of those who decide from them; null where nobody does.</summary>
    private Dictionary<string, MailDocument>? Personal(Letter letter, IReadOnlyList<Account> accounts)
    {
        if (links is null || letter.Kind is not (LetterKind.Locked or LetterKind.Digest or LetterKind.Reminder)) return null;
        return links.Issue([.. accounts.Take(DigestMail.MostShown)]).Where(mine => options.To.Contains(mine.Key))
            .ToDictionary(mine => mine.Key, mine => Compose(letter, accounts, new Wording(options, mine.Value))!.Value.Document);
    }

    /// <summary>What a letter tells the admins; null when it is not for them, or was settled before it could be said.</summary>
    private (string Subject, MailDocument Document, IReadOnlyList<Attachment>? Attachments)? Compose(
        Letter letter, IReadOnlyList<Account> accounts, Wording wording)
    {
        if (letter.Kind is LetterKind.Drill or LetterKind.ToApplicantReceived or LetterKind.ToApplicantApproved
            or LetterKind.ToApplicantRejected)
            return null;

        var account = accounts.Count > 0 ? accounts[0] : null;
        var (subject, document, attachments) = letter.Kind switch
        {
            LetterKind.Locked or LetterKind.StillInside or LetterKind.BackAgain when account is null => (null, null, null),
            LetterKind.Locked => new LockedMail(options, wording).Locked(account!),
            LetterKind.StillInside => new LockedMail(options, wording).StillInside(account!),
            LetterKind.BackAgain => new LockedMail(options, wording).BackAgain(account!),
            LetterKind.LeftBehind => new LockedMail(options, wording).LeftBehind(letter.Accounts[0], letter.Note!),
            LetterKind.Digest when accounts.Count == 0 => (null, null, null),
            LetterKind.Digest => new DigestMail(options, wording).Digest(accounts, letter.Note),
            LetterKind.InsideDigest when accounts.Count == 0 => (null, null, null),
            LetterKind.InsideDigest => new DigestMail(options, wording).StillInside(accounts),
            LetterKind.FoundEnabled when accounts.Count == 0 => (null, null, null),
            LetterKind.FoundEnabled => new FoundMail(options, wording).Write(accounts, letter.Note!),
            LetterKind.Several => new SeveralMail(options, wording).Write(letter.Note!.Theme!.Value, letter.Note.Letters!),
            LetterKind.Deleted => new DigestMail(options, wording).Deleted(letter.Note!),
            LetterKind.Reminder when accounts.Count == 0 => (null, null, null),
            LetterKind.Reminder => new DigestMail(options, wording).Reminder(accounts, letter.At, letter.Note),
            LetterKind.Escalated when accounts.Count == 0 => (null, null, null),
            LetterKind.Escalated => new EscalatedMail(options, wording).Write(accounts, letter.At),
            LetterKind.EndsSoon => new OutcomeMail(options, wording).EndsSoon(letter.Accounts[0], letter.Note!),
            LetterKind.Flood => new DigestMail(options, wording).Flood(letter.Note?.Count ?? 0, letter.Note?.Text == DigestMail.BornLocked),
            LetterKind.Approved or LetterKind.ApprovedUnseen or LetterKind.Rejected =>
                new OutcomeMail(options, wording).Outcome(letter.Kind, letter.Accounts[0], letter.Note ?? new LetterNote()),
            LetterKind.NewServerAdmin => new OutcomeMail(options, wording).NewServerAdmin(letter.Accounts[0], letter.Note!.Person!),
            LetterKind.TroubleBegan or LetterKind.TroubleOver => new TroubleMail(options, wording).Trouble(letter),
            LetterKind.Imported => new ImportedMail(options, wording).Write(accounts, letter.Note!),
            LetterKind.FoundDisabled => new FoundDisabledMail(options, wording).Write(letter.Note!),
            LetterKind.Restored => new RestoredMail(options, wording).Write(letter.Note!),
            _ => throw new InvalidOperationException($"No wording for {letter.Kind}."),
        };
        return document is null ? null : (subject!, document, attachments);
    }

    public DecisionPage WritePage(Account account, Person person, DecisionChoice choice) =>
        new DecisionPageText(options, wording).Write(account, person, choice);

    public (TelegramText Text, string Who) WriteCard(Account account)
    {
        var letter = new Letter("card", LetterKind.Locked, [account.Ref], account.Case!.LockedAt ?? account.Case.OpenedAt);
        var (_, document, _) = new LockedMail(options, wording).Locked(account);
        return (brief.Write(letter, document, [account]), brief.Who(account.Case.Person, account.Ref));
    }

    public TelegramText WriteCardOfEnd(Account? account, string who) => brief.End(account, who);

    public Notification WriteReview(string quarter, IReadOnlyList<ReviewRow> rows, ServerSettings? server) =>
        new ReviewMail(options, wording).Write(quarter, rows, server is null ? null : Posture.ToMend(server, options.PublicUrl));

    public Notification WriteAdminDisables(string week, IReadOnlyList<AdminDisableRow> rows, int count) =>
        new AdminDisablesMail(options, wording).Write(week, rows, count);

    /// <summary>Approval, reminder and outcome of one account are one thread; so are begin and end of a trouble.</summary>
    private static string ThreadOf(Letter letter) => letter.Kind switch
    {
        LetterKind.Reminder when letter.Accounts.Count > 1 => "arrivals",
        LetterKind.Digest or LetterKind.InsideDigest or LetterKind.Deleted or LetterKind.Flood or LetterKind.Restored
            or LetterKind.Escalated or LetterKind.FoundEnabled or LetterKind.FoundDisabled or LetterKind.Imported
            or LetterKind.Several => "arrivals",
        LetterKind.TroubleBegan or LetterKind.TroubleOver =>
            $"trouble/{letter.Note?.Trouble}/{letter.Note?.Since?.ToUnixTimeMilliseconds()}",
        _ => $"account/{letter.Accounts[0]}",
    };

    /// <summary>The applicant's address, if it is one plain address; what else Grafana accepted is nobody's mailbox.</summary>
    private static string? ApplicantOf(Letter letter) =>
        letter.Kind is LetterKind.ToApplicantReceived or LetterKind.ToApplicantApproved or LetterKind.ToApplicantRejected
        && EmailAddress.TryParse(letter.Note?.Person?.Email, out var address)
            ? address.ToString()
            : null;

}

/// <summary>
/// The summary of a week in which admins disabled people who had been let in. An ordinary deed: told once, and nobody need do anything.
/// </summary>
internal sealed class AdminDisablesMail(MailOptions options, Wording wording)
{
    /// <param name="week">As in <c>2026-W48</c>.</param>
    /// <param name="rows">The first of them.</param>
    /// <param name="count">All of them.</param>
    public Notification Write(string week, IReadOnlyList<AdminDisableRow> rows, int count)
    {
        var who = count == 1
            ? "1 person who had been let in"
            : $"{count.ToString(CultureInfo.InvariantCulture)} people who had been let in";
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                $"{who} {(count == 1 ? "was" : "were")} disabled in Grafana by an admin in the week {week}. If that was meant, nothing "
                + "has to be done.")),
            new MailBlock.Table(["Name", "E-mail", "Disabled", "By", "Now"], [.. rows.Select(Row)]),
        ];
        if (count > rows.Count)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of($"The first {rows.Count} of {count} are shown; the audit has all.")));
        var one = rows.FirstOrDefault(row => row.User is { IsDisabled: true }) ?? rows[0];
        blocks.Add(new MailBlock.Command("To let one in again, on the Grafana host",
            $"sudo grafana-auto-disable approve {(one.User is { } user ? DecisionRules.Selector(user) : "uid:…")}"));
        blocks.Add(new MailBlock.Command("What happened to an account",
            $"sudo grafana-auto-disable history {(one.User is { } known ? DecisionRules.Selector(known) : "uid:…")}"));
        var document = new MailDocument($"Disabled by admins, {week}", Tone.Calm, "SUMMARY", blocks, options.SmallPrint);
        return new Notification($"admin-disables/{week}", options.To, $"Disabled by admins, {week}: {who}", document, options.Brand)
        {
            Thread = "review",
        };
    }

    private IReadOnlyList<Phrase> Row(AdminDisableRow row) =>
    [
        row.User is { } user ? Phrase.Of(new Stranger(user.Name, 30)) : Phrase.Of(new Stranger(row.Disable.Account, 40)),
        row.User is { } known ? Phrase.Of(Stranger.Address(known.Email)) : Phrase.Of(""),
        Phrase.Of(wording.ShortTime(row.Disable.At)),
        Phrase.Of(new Stranger(row.Disable.By, 60)),
        Phrase.Of(row.Now),
    ];
}

/// <summary>The mail that a drill is about: that it can be read proves that mails arrive.</summary>
internal sealed class DrillMail(MailOptions options, Wording wording)
{
    public Notification Write(string key, DrillRun run)
    {
        var took = DrillText.Seconds(run.TimeToLock);
        var document = new MailDocument("This was a drill", Tone.Good, "DRILL",
            [
                new MailBlock.Lead(Phrase.Format($"Locked after {took}. Nothing has to be done.")),
                new MailBlock.Paragraph(Phrase.Of(
                    "The daemon created a throw-away account in Grafana, found it as it finds every new account, disabled it, checked "
                    + "that it is disabled, and deletes it. That you read this proves the last step: its mails arrive.")),
                new MailBlock.Facts(
                [
                    ("Started by", Phrase.Of(new Stranger(run.By, 80))),
                    ("Account created", Phrase.Of(wording.Time(run.MadeAt ?? run.BegunAt))),
                    ("Locked after", Phrase.Of($"{took}, from Grafana's answer that it was created to its answer that it was disabled")),
                    ("Login", Phrase.Of(run.Login)),
                ]),
                new MailBlock.Command("When the last drill was and how it ended, on the Grafana host", "sudo grafana-auto-disable status"),
            ],
            "Sent by grafana-auto-disable to the addresses named in DRILL_TO.");
        return new Notification(key, options.DrillTo, $"Drill: locked after {took}, nothing to do", document, options.Brand)
        {
            Thread = "drills",
        };
    }
}
