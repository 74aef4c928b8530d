using Athena.AutoDisable.State;
using Athena.Common.Notify;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>
/// What whoever signed up is told. Nothing that they typed stands in it: it must not be of use for sending words of one's own to somebody
/// else. Nor anything of ours that is nobody's business outside, such as the name of a machine.
/// </summary>
internal sealed class ApplicantMail(MailOptions options, Wording wording)
{
    private const string Why = "You get this e-mail because an account was opened with this address.";

    private readonly string place = options.Brand.SiteOwner is { } owner ? $"{options.Brand.Name} at {owner}" : options.Brand.Name;

    /// <param name="letter">One of the three kinds that are for them.</param>
    /// <param name="address">Theirs: one plain address.</param>
    public Notification Write(Letter letter, string address)
    {
        var (subject, document) = letter.Kind switch
        {
            LetterKind.ToApplicantApproved => ($"Your access to {options.Brand.Name} is approved", Approved(letter.Note?.Until)),
            LetterKind.ToApplicantRejected => ($"Your access to {options.Brand.Name} was not approved", Rejected(letter.Note?.Decision)),
            LetterKind.ToApplicantReceived => ($"Your request for access to {options.Brand.Name} was received", Received()),
            _ => throw new InvalidOperationException($"No words to an applicant for {letter.Kind}."),
        };
        return new Notification(letter.Key, [address], subject, document, options.Brand);
    }

    private MailDocument Approved(DateTimeOffset? until)
    {
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of($"Hello, your account for {place} is approved. You can sign in now.")),
            new MailBlock.Buttons(new MailButton($"Open {options.Brand.Name}", options.PublicUrl)),
        ];
        if (until is { } end)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of($"Your access ends by itself on {wording.Time(end)}.")));
        return new MailDocument(
            "Your access is approved", Tone.Good, "APPROVED", blocks, $"{Why} If it was not you, {Ask("say so")}.");
    }

    private MailDocument Rejected(Decision? decision) => new(
        "Your access was not approved", Tone.Calm, "NOT APPROVED",
        [
            new MailBlock.Lead(Phrase.Of(
                $"Hello, an administrator has looked at your account for {place} and did not approve it. You cannot sign in with it.")),
            .. decision is { IsReasonTold: true, Reason.Length: > 0 }
                ? [new MailBlock.Facts([("Reason", Phrase.Of(new Stranger(decision.Reason, 500)))])]
                : (MailBlock[])[],
            new MailBlock.Paragraph(Phrase.Of($"If you need access for your work, {Ask("say who you are and what you need it for")}.")),
        ],
        Why);

    private MailDocument Received()
    {
        var next = options.TellsTheApproved ? " You get another e-mail when it is approved." : "";
        return new MailDocument(
            "Your request was received", Tone.Calm, "RECEIVED",
            [
                new MailBlock.Lead(Phrase.Of(
                    $"Hello, your account for {place} has been created. An administrator looks at it next; you cannot sign in before it is "
                    + $"approved.{next}")),
                new MailBlock.Paragraph(Phrase.Of($"If it takes too long, {Ask("ask for it")}.")),
            ],
            $"{Why} If it was not you, do nothing: nobody can use it.");
    }

    /// <summary>The next step, as far as there is somebody to turn to: perhaps nobody reads what is sent to our sender.</summary>
    private string Ask(string what) => options.Brand switch
    {
        { SupportContact: { } contact } => $"write to {contact} and {what}",
        { SupportUrl: { } page } => $"go to {page.AbsoluteUri} and {what}",
        _ => $"turn to whoever gave you the address of {options.Brand.Name} and {what}",
    };
}

/// <summary>By what the mails to applicants are told from those to our people: whose server takes them is a stranger's choice.</summary>
internal static class ApplicantKeys
{
    public const string Received = "received/";
    public const string Outcome = "applicant/";

    public static bool Has(string key) =>
        key.StartsWith(Received, StringComparison.Ordinal) || key.StartsWith(Outcome, StringComparison.Ordinal);
}
