using Athena.AutoDisable.Accounts;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Mails;

/// <summary>Writes each kind of letter; what the kinds share (recipients, thread, small print, rendering) is here.</summary>
internal sealed class LetterWriter(MailOptions options) : ILetterWriter
{
    private readonly Wording wording = new(options);

    public OutgoingMail? Write(Letter letter, IReadOnlyList<Account> accounts)
    {
        if (letter.Kind == LetterKind.Drill) return options.DrillTo.Count == 0 ? null : new DrillMail(options, wording).Write(letter.Key, letter.Note!.Drill!);
        if (ApplicantOf(letter) is { } applicant) return ToApplicant(letter, applicant);
        if (Compose(letter, accounts) is not var (subject, document, attachments)) return null;

        var isUrgent = document.Tone == Tone.Critical;
        return new OutgoingMail(letter.Key, options.To, subject, document.ToText(options.Brand), document.ToHtml(options.Brand),
            ThreadOf(letter), isUrgent, attachments);
    }

    /// <summary>What a letter tells the admins, before it is a mail; null when it is not for them, or was settled before it could be said.</summary>
    public (string Subject, MailDocument Document, IReadOnlyList<Attachment>? Attachments)? Compose(Letter letter, IReadOnlyList<Account> accounts)
    {
        if (letter.Kind is LetterKind.Drill or LetterKind.ToApplicantReceived or LetterKind.ToApplicantApproved or LetterKind.ToApplicantRejected) return null;

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
            LetterKind.Several => new SeveralMail(options).Write(letter.Note!.Theme!.Value, letter.Note.Letters!),
            LetterKind.Deleted => DigestMail.Deleted(letter.Note!),
            LetterKind.Reminder when accounts.Count == 0 => (null, null, null),
            LetterKind.Reminder => new DigestMail(options, wording).Reminder(accounts, letter.At, letter.Note),
            LetterKind.EndsSoon => new OutcomeMail(options, wording).EndsSoon(letter.Accounts[0], letter.Note!),
            LetterKind.Flood => DigestMail.Flood(letter.Note?.Count ?? 0, letter.Note?.Text == DigestMail.BornLocked),
            LetterKind.Approved or LetterKind.ApprovedUnseen or LetterKind.Rejected =>
                new OutcomeMail(options, wording).Outcome(letter.Kind, letter.Accounts[0], letter.Note ?? new LetterNote()),
            LetterKind.NewServerAdmin => new OutcomeMail(options, wording).NewServerAdmin(letter.Accounts[0], letter.Note!.Person!),
            LetterKind.TroubleBegan or LetterKind.TroubleOver => new TroubleMail(wording).Trouble(letter),
            LetterKind.Imported => new ImportedMail(options, wording).Write(accounts, letter.Note!),
            LetterKind.FoundDisabled => new FoundDisabledMail(options).Write(letter.Note!),
            LetterKind.Restored => new RestoredMail(options, wording).Write(letter.Note!),
            _ => throw new InvalidOperationException($"No wording for {letter.Kind}."),
        };
        return document is null ? null : (subject!, document, attachments);
    }

    public OutgoingMail WriteReview(string quarter, IReadOnlyList<ReviewRow> rows) => new ReviewMail(options, wording).Write(quarter, rows);

    public OutgoingMail WriteAdminDisables(string week, IReadOnlyList<AdminDisableRow> rows, int count) =>
        new AdminDisablesMail(options, wording).Write(week, rows, count);

    /// <summary>Approval, reminder and outcome of one account are one thread; so are begin and end of a trouble.</summary>
    private static string ThreadOf(Letter letter) => letter.Kind switch
    {
        LetterKind.Reminder when letter.Accounts.Count > 1 => "arrivals",
        LetterKind.Digest or LetterKind.InsideDigest or LetterKind.Deleted or LetterKind.Flood or LetterKind.Restored
            or LetterKind.FoundEnabled or LetterKind.FoundDisabled or LetterKind.Imported or LetterKind.Several => "arrivals",
        LetterKind.TroubleBegan or LetterKind.TroubleOver => $"trouble/{letter.Note?.Trouble}/{letter.Note?.Since?.ToUnixTimeMilliseconds()}",
        _ => $"account/{letter.Accounts[0]}",
    };

    /// <summary>Whether the footer names one.</summary>
    private bool HasContact => options.Brand.SupportContact is not null || options.Brand.SupportUrl is not null;

    /// <summary>His address, if it is one plain address; what else Grafana accepted is nobody's mailbox.</summary>
    private static string? ApplicantOf(Letter letter) =>
        letter.Kind is LetterKind.ToApplicantReceived or LetterKind.ToApplicantApproved or LetterKind.ToApplicantRejected
        && EmailAddress.TryParse(letter.Note?.Person?.Email, out var address)
            ? address.ToString()
            : null;

    /// <summary>Nothing that he typed stands in the mail: it must not be of use for sending words of one's own to somebody else.</summary>
    private OutgoingMail ToApplicant(Letter letter, string address)
    {
        var brand = options.Brand.Name;
        var (subject, document) = letter.Kind switch
        {
            LetterKind.ToApplicantApproved => ($"Your access to {brand} is approved", new MailDocument(
                "Your access is approved", Tone.Good, "APPROVED",
                [
                    new MailBlock.Lead(Phrase.Of($"An administrator has approved your account. You can sign in to {brand} now.")),
                    new MailBlock.Button($"Open {brand}", options.PublicUrl),
                ],
                "You get this mail because an account was opened with this address. If it was not you, " + (HasContact ? "write to the contact above." : "answer this mail."))),
            LetterKind.ToApplicantRejected => ($"Your access to {brand} was not approved", new MailDocument(
                "Your access was not approved", Tone.Calm, "NOT APPROVED",
                [new MailBlock.Lead(Phrase.Of("An administrator has looked at your account and did not approve it. You cannot sign in with it."))],
                "You get this mail because an account was opened with this address.")),
            _ => ($"Your request for access to {brand} was received", new MailDocument(
                "Your request was received", Tone.Calm, "RECEIVED",
                [new MailBlock.Lead(Phrase.Of("Your account was made and is locked until an administrator has approved it. There is nothing to do."))],
                "You get this mail because an account was opened with this address. If it was not you, do nothing: nobody can use it.")),
        };
        return new OutgoingMail(letter.Key, [address], subject, document.ToText(options.Brand), document.ToHtml(options.Brand));
    }
}
