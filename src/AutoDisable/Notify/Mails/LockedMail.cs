using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Database;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>The mail about one account: locked and waiting, or still inside.</summary>
internal sealed class LockedMail(MailOptions options, Wording wording)
{
    public (string, MailDocument, IReadOnlyList<Attachment>?) Locked(Account account)
    {
        var open = account.Case!;
        var flag = open.HasUnusualRole ? $" [{UntrustedText.SingleLine(UntrustedText.Visible(string.Join(", ", open.Roles), 60))}]" : "";
        if (open.ServerAdmin is not null) flag = " [server admin]" + flag;
        var isCritical = open.Exposure is { IsCritical: true };
        var how = Phrase.Of(isCritical
            ? "The account is locked, but whoever opened it left something behind that the lock does not take away. Remove it now."
            : open.Exposure is { IsNeverInside: true }
                ? "The account was born locked: nobody has been inside, not for a moment. Nothing happens until you decide; it can wait "
                    + "until morning."
                : "The account is locked. Nothing happens until you decide; it can wait until morning.");
        List<MailBlock> blocks = [];
        if (isCritical)
        {
            blocks.Add(new MailBlock.Lead(how));
            blocks.AddRange(LeftBehind(open.Exposure!));
        }

        // Whoever made it wonders first why it does not work.
        if (open.Arrival is { Kind: ArrivalKind.MadeByAdmin, By: { } maker })
        {
            var said = Phrase.Format(
                $"{(open.Arrival.MakerId is null ? "Probably " : "")}{new Stranger(maker)} made this account in "
                + $"Grafana{(open.Arrival.MakerId is null ? "" : ", as the log proves")}: it is locked like every new account, whoever "
                + $"makes it. If it is yours, approve it below.");
            blocks.Add(isCritical ? new MailBlock.Paragraph(said) : new MailBlock.Lead(said));
        }

        if (!isCritical) blocks.Add(blocks.Count == 0 ? new MailBlock.Lead(how) : new MailBlock.Paragraph(how));
        if (open.RestoredFrom is { } backup)
            blocks.Add(wording.PerhapsDecided(backup, areSeveral: false));
        if (open.FoundAt is { } found)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                $"It had been locked before and was found enabled, by nobody known, at {wording.Time(found)}. From then on until now it "
                + "was open.")));
        if (Wording.ServerAdmin(open) is { } admin)
            blocks.Add(new MailBlock.Paragraph(Phrase.Format(
                $"Look twice: approved, this account may do everything in Grafana. It "
                + $"{(open.ServerAdmin!.By is null ? "" : "was ")}{admin}.")));
        if (open.HasUnusualRole)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of("Look twice: the account has another role than the one that sign-up gives.")));
        blocks.Add(new MailBlock.Facts(wording.Facts(account)));
        blocks.AddRange(Wording.WhileInside(open.Exposure));
        blocks.Add(new MailBlock.Heading("To approve"));
        if (open.IsExternal)
        {
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "The account comes from single sign-on, a directory or a proxy. Grafana itself cannot enable such an account; only the "
                + "command does.")));
            blocks.Add(new MailBlock.Command(
                "On the Grafana host", $"sudo grafana-auto-disable approve {EventRecorder.Selector(account)}"));
        }
        else
        {
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                "Open the account and press \"Enable user\". They are told by mail unless you switched that off.")));
            blocks.Add(wording.EditButton(account));
            blocks.Add(Wording.ApproveCommand(account));
            if (open.Arrival.MakerId is { } makerId) blocks.Add(Wording.MadeByCommand(makerId));
        }

        blocks.Add(new MailBlock.Heading("To reject"));
        if (isCritical)
        {
            var byHand = IsLeftToPeople(open.Exposure!);
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(byHand
                ? "This command deletes the account, and the service accounts that it certainly made with their tokens. What else stands "
                    + "above it cannot delete: do that first; --settled says that you have."
                : "This command deletes the account, and the service accounts that it made with all their tokens. It shows who it is "
                    + "and asks.")));
            blocks.Add(Wording.RejectCommand(EventRecorder.Selector(account), byHand));
            return ($"CRITICAL, locked, but something was made: {Wording.Subject(open.Person)}{flag}",
                new MailDocument(
                    "A new account is locked, but it left something behind", Tone.Critical, "CRITICAL", blocks, Wording.SmallPrint), null);
        }

        blocks.Add(new MailBlock.Paragraph(Phrase.Of(
            "Do nothing: the account stays locked. Or delete it, on the same page or with the command.")));
        blocks.Add(Wording.RejectCommand(EventRecorder.Selector(account)));
        return ($"Locked, waiting for you: {Wording.Subject(open.Person)}{flag}",
            new MailDocument("A new account is locked and waits for you", Tone.Calm, "FOR YOU TO DECIDE", blocks, Wording.SmallPrint),
            null);
    }

    /// <summary>Something that no command of ours deletes.</summary>
    private bool IsLeftToPeople(Exposure exposure) =>
        exposure.ServiceAccounts.Any(made => !made.IsTheirs) || new RemedyText(options.PublicUrl).Unnamed(exposure).Count > 0;

    /// <summary>Of somebody who is at the door, or about whom was decided before their exposure was written: even approved.</summary>
    public (string, MailDocument, IReadOnlyList<Attachment>?) LeftBehind(string reference, LetterNote note)
    {
        var (person, exposure) = (note.Person!, note.Exposure!);
        var isApproved = note.Decision is not null;
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(isApproved
                ? "This account is approved, but before that whoever opened it made something that gives access of its own. Is it meant "
                    + "to be there? If not, remove it now."
                : "This account was not approved, and whoever opened it left something behind that neither a lock nor a deletion of the "
                    + "account takes away. Remove it now.")),
            .. LeftBehind(exposure),
            new MailBlock.Facts(Wording.Who(person, Phrase.Of(OutcomeMail.Selector(reference)))),
            .. Wording.WhileInside(exposure),
        ];
        return ($"CRITICAL, something was made: {Wording.Subject(person)}",
            new MailDocument(
                isApproved ? "An account made something before it was approved" : "An account that is not approved left something behind",
                Tone.Critical,
                "CRITICAL",
                blocks,
                Wording.SmallPrint), null);
    }

    private IEnumerable<MailBlock> LeftBehind(Exposure exposure)
    {
        yield return new MailBlock.Heading("What was left behind");
        foreach (var remedy in new RemedyText(options.PublicUrl).For(exposure))
        {
            yield return new MailBlock.Paragraph(remedy.What);
            foreach (var command in remedy.Commands) yield return command;
        }
    }

    public (string, MailDocument, IReadOnlyList<Attachment>?) BackAgain(Account account)
    {
        var open = account.Case!;
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Format(
                $"This external account was not approved and has come back {open.Returns.Count} times within an hour. Each time it was "
                + $"logged out at once, but for a moment it was inside. Grafana's API cannot lock it.")),
            new MailBlock.Facts(wording.Facts(account)),
            new MailBlock.Heading("What keeps it out"),
            new MailBlock.Paragraph(Phrase.Of(
                $"Best: give the daemon access to Grafana's database (GRAFANA_DATABASE, with the rights of {GrantsScript.Path}); then it "
                + "locks such accounts for good.")),
            new MailBlock.Paragraph(Phrase.Of(
                "Or lock the person where they sign on. Or, in grafana.ini, set allow_sign_up = false in the section of that provider, so "
                + "that nobody new comes in by it; and skip_org_role_sync = true, so that the role None that the daemon gives stays.")),
            new MailBlock.Heading("If they may come in"),
            new MailBlock.Command("On the Grafana host", $"sudo grafana-auto-disable approve {EventRecorder.Selector(account)}"),
        ];
        return ($"CRITICAL, comes back again and again: {Wording.Subject(open.Person)}",
            new MailDocument("An external account comes back again and again", Tone.Critical, "CRITICAL", blocks, Wording.SmallPrint),
            null);
    }

    public (string, MailDocument, IReadOnlyList<Attachment>?) StillInside(Account account)
    {
        var open = account.Case!;
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                "This account was not approved, and it could not be locked. Whoever opened it may be inside now. The daemon goes on "
                + "trying; you can act faster.")),
            new MailBlock.Facts([.. wording.Facts(account), ("What went wrong", Phrase.Of(Stranger.Detail(open.Problem ?? "not known")))]),
            new MailBlock.Heading("What to do now"),
            new MailBlock.Paragraph(Phrase.Of(
                "Open the account and disable or delete it. If it came by single sign-on, a directory or a proxy, Grafana refuses that, "
                + "and the daemon logs it out at every sign of it: lock it where it signs on, or give the daemon access to Grafana's "
                + "database (GRAFANA_DATABASE).")),
            new MailBlock.Button("Open the account in Grafana", options.EditPage(account.Uid ?? $"{account.Id}")),
            new MailBlock.Command("See what the daemon says", "sudo grafana-auto-disable status"),
        ];
        return ($"ACTION NEEDED, still inside: {Wording.Subject(open.Person)}",
            new MailDocument("A new account could not be locked", Tone.Critical, "ACTION NEEDED", blocks, Wording.SmallPrint), null);
    }
}
