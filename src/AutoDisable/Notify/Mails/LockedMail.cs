using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Database;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>
/// The mail about one account: locked and waiting, or still inside. A sentence with the name in it, what can be done, four facts, and
/// then the rest: it is read at night, on a telephone.
/// </summary>
internal sealed class LockedMail(MailOptions options, Wording wording)
{
    private static readonly Phrase Somebody = Phrase.Of("Somebody");

    private readonly RemedyText remedies = new(options.PublicUrl);

    public (string, MailDocument, IReadOnlyList<Attachment>?) Locked(Account account)
    {
        var open = account.Case!;
        var flag = open.HasUnusualRole ? $" [{UntrustedText.SingleLine(UntrustedText.Visible(string.Join(", ", open.Roles), 60))}]" : "";
        if (open.ServerAdmin is not null) flag = " [server admin]" + flag;
        return open.Exposure is { IsCritical: true } exposure
            ? MadeSomething(account, exposure, flag)
            : Waiting(account, flag);
    }

    private (string, MailDocument, IReadOnlyList<Attachment>?) Waiting(Account account, string flag)
    {
        var open = account.Case!;
        List<MailBlock> blocks =
        [
            .. Warnings(open),
            new MailBlock.Lead(Waits(account, Wording.Called(open.Person)), Waits(account, null)),
            .. open.IsExternal && wording.LinksOf(account) is null ? External(account) : wording.Decide(account),
            new MailBlock.Facts(Wording.FourFacts(account)),
            .. Asides(open),
            new MailBlock.Heading("Details"),
            new MailBlock.Facts(wording.Details(account)),
            // It is of the second lock, and of the time between a decision and its undoing it tells nothing.
            .. open.Undone is not null ? [] : Wording.WhileInside(open.Exposure),
            new MailBlock.Heading("Commands, on the Grafana host"),
        ];
        if (!open.IsExternal) blocks.Add(Wording.ApproveCommand(account));
        if (open.Arrival.MakerId is { } makerId) blocks.Add(Wording.MadeByCommand(makerId));
        blocks.Add(Wording.RejectCommand(EventRecorder.Selector(account)));
        return ($"Locked, waiting for you: {Wording.Subject(open.Person)}{flag}",
            new MailDocument("A new account is waiting for approval", Tone.Calm, "APPROVAL NEEDED", blocks, options.SmallPrint)
            {
                Headline = Phrase.Format($"{Wording.Called(open.Person)} is waiting for approval"),
            },
            null);
    }

    /// <summary>No approval here: what was made is to go first.</summary>
    private (string, MailDocument, IReadOnlyList<Attachment>?) MadeSomething(Account account, Exposure exposure, string flag)
    {
        var open = account.Case!;
        var what = RemedyText.Named(exposure);
        var selector = EventRecorder.Selector(account);
        var byHand = IsLeftToPeople(exposure);
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(
                Made(wording.CameAndLocked(account, Wording.Called(open.Person)), what), Made(wording.CameAndLocked(account, null), what)),
            Show(exposure, wording.Page(account)),
            Wording.RejectCommand(selector, byHand),
            new MailBlock.Paragraph(Phrase.Of(byHand
                ? "The command deletes the account, and the service accounts that it certainly created with their tokens. What else "
                    + "stands below it cannot delete: do that first; --settled says that you have."
                : "The command deletes the account, and the service accounts that it created with all their tokens. It shows who it is "
                    + "and asks.")),
            new MailBlock.Facts(Wording.FourFacts(account)),
            .. Warnings(open),
            .. Asides(open),
            .. LeftBehind(exposure),
            new MailBlock.Heading("Details"),
            new MailBlock.Facts(wording.Details(account)),
            .. Wording.WhileInside(exposure),
            new MailBlock.Heading("If they may come in all the same"),
            new MailBlock.Paragraph(Phrase.Of("Remove what should not stay, then approve, on the Grafana host:")),
            Wording.ApproveCommand(account),
        ];
        return ($"CRITICAL, locked, but created {what}: {Wording.Subject(open.Person)}{flag}",
            new MailDocument($"A locked account created {what}", Tone.Critical, "CRITICAL", blocks, options.SmallPrint)
            {
                Headline = Phrase.Format($"{Wording.Called(open.Person)} is locked, but created {what}"),
            },
            null);
    }

    private static Phrase Made(Phrase came, string what) => Phrase.Format(
        $"{came}, but had already created {what}. The lock does not take that away: remove it now.");

    /// <summary>The first button opens what was made; where Grafana has no page for that, the account.</summary>
    private MailBlock.Buttons Show(Exposure exposure, Uri account) =>
        remedies.For(exposure).Select(remedy => remedy.Page).FirstOrDefault(page => page is not null) is { } page
            ? new MailBlock.Buttons(page)
            : Wording.OpenAccount(account);

    private Phrase Waits(Account account, Phrase? who)
    {
        var open = account.Case!;
        if (open.Undone is { } undone)
            return Phrase.Format(
                $"{who ?? Somebody} waits again: the {(undone.WasApproval ? "approval" : "rejection")} was taken back. There is no rush: "
                + $"the account stays locked until you decide.");
        return open.Exposure is { IsNeverInside: true }
            ? Phrase.Format($"{wording.CameAndLocked(account, who)}: nobody has been inside, not for a moment. There is no rush: the "
                + $"account stays locked until you decide.")
            : Phrase.Format($"{wording.CameAndLocked(account, who)}. There is no rush: the account stays locked until you decide.");
    }

    private IEnumerable<MailBlock> Warnings(LockCase open)
    {
        if (Wording.ServerAdmin(open) is { } admin)
            yield return new MailBlock.Banner(Phrase.Format(
                $"Look twice: approved, this account may do everything in Grafana. It "
                + $"{(open.ServerAdmin!.By is null ? "" : "was ")}{admin}."),
                Tone.Critical);
        if (open.HasUnusualRole)
            yield return new MailBlock.Banner(
                Phrase.Format($"Unusual role: {new Stranger(string.Join(", ", open.Roles), 120)} (sign-up gives {options.DefaultRole})"),
                Tone.Critical);
    }

    private IEnumerable<MailBlock> External(Account account)
    {
        yield return Wording.OpenAccount(wording.Page(account));
        yield return Wording.ApproveCommand(account);
        yield return new MailBlock.Paragraph(Phrase.Of(
            "The account comes from single sign-on, a directory or a proxy. Grafana itself cannot enable such an account; only the "
            + "command does. To reject, do nothing: it stays locked."));
    }

    /// <summary>What the reader would wonder about first: who made it, and whether it was decided before.</summary>
    private IEnumerable<MailBlock> Asides(LockCase open)
    {
        if (open.Arrival is { Kind: ArrivalKind.MadeByAdmin, By: { } maker })
            yield return new MailBlock.Paragraph(Phrase.Format(
                $"{(open.Arrival.MakerId is null ? "Probably " : "")}{new Stranger(maker)} created this account in "
                + $"Grafana{(open.Arrival.MakerId is null ? "" : ", as the log proves")}: it is locked like every new account, whoever "
                + $"creates it. If it is yours, approve it."));
        if (open.Undone is { } undone)
            yield return new MailBlock.Paragraph(Phrase.Format(
                $"It was {(undone.WasApproval ? "approved" : "rejected")} on {wording.Time(undone.Decision.At)} by "
                + $"{new Stranger(undone.Decision.By, 80)}, and {new Stranger(undone.By, 80)} took that back on {wording.Time(undone.At)}. "
                + $"{(undone.WasApproval ? "In between it was open." : "It stayed locked.")}"));
        if (open.RestoredFrom is { } backup) yield return wording.PerhapsDecided(backup, areSeveral: false);
        if (open.FoundAt is { } found)
            yield return new MailBlock.Paragraph(Phrase.Of(
                $"It had been locked before and was found enabled on {wording.Time(found)}; the log does not show who enabled it. From "
                + "then on until now it was open."));
    }

    /// <summary>Something that no command of ours deletes.</summary>
    private bool IsLeftToPeople(Exposure exposure) =>
        exposure.ServiceAccounts.Any(made => !made.IsTheirs) || remedies.Unnamed(exposure).Count > 0;

    /// <summary>Of somebody who is at the door, or about whom was decided before their exposure was written: even approved.</summary>
    public (string, MailDocument, IReadOnlyList<Attachment>?) LeftBehind(string reference, LetterNote note)
    {
        var (person, exposure) = (note.Person!, note.Exposure!);
        var isApproved = note.Decision is not null;
        var what = RemedyText.Named(exposure);
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Left(Wording.Called(person), what, isApproved), Left(Somebody, what, isApproved)),
            Show(exposure, wording.Page(reference)),
            new MailBlock.Facts(Wording.Who(person, Phrase.Of(OutcomeMail.Selector(reference)))),
            .. LeftBehind(exposure),
            .. Wording.WhileInside(exposure),
        ];
        return ($"CRITICAL, created {what}: {Wording.Subject(person)}",
            new MailDocument(
                isApproved ? $"An account created {what} before it was approved" : $"An account that is not approved created {what}",
                Tone.Critical,
                "CRITICAL",
                blocks,
                options.SmallPrint)
            {
                Headline = Phrase.Format($"{Wording.Called(person)} created {what}{(isApproved ? " before the approval" : "")}"),
            }, null);
    }

    private static Phrase Left(Phrase who, string what, bool isApproved) => isApproved
        ? Phrase.Format(
            $"{who} is approved, but created {what} before that, which gives access of its own. Is it meant to be there? If not, remove "
            + $"it now.")
        : Phrase.Format(
            $"{who} was not approved and created {what}. Neither a lock nor a deletion of the account takes that away: remove it now.");

    private IEnumerable<MailBlock> LeftBehind(Exposure exposure)
    {
        yield return new MailBlock.Heading("Objects they created");
        foreach (var remedy in remedies.For(exposure))
        {
            yield return new MailBlock.Paragraph(remedy.What);
            foreach (var command in remedy.Commands) yield return command;
        }
    }

    public (string, MailDocument, IReadOnlyList<Attachment>?) BackAgain(Account account)
    {
        var open = account.Case!;
        var times = open.Returns.Count.ToString(CultureInfo.InvariantCulture);
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(Returned(Wording.Called(open.Person), times), Returned(Somebody, times)),
            Wording.OpenAccount(wording.Page(account)),
            new MailBlock.Facts(Wording.FourFacts(account)),
            new MailBlock.Heading("What keeps the account out"),
            new MailBlock.Paragraph(Phrase.Format(
                $"Best: give the daemon access to Grafana's database (GRAFANA_DATABASE, with the rights of {GrantsScript.Path}); then it "
                + $"locks such accounts for good.")),
            new MailBlock.Paragraph(Phrase.Of(
                "Or lock the person where they sign on. Or, in grafana.ini, set allow_sign_up = false in the section of that provider, so "
                + "that nobody new comes in by it; and skip_org_role_sync = true, so that the role None that the daemon gives stays.")),
            new MailBlock.Heading("If they may come in"),
            new MailBlock.Command("On the Grafana host", $"sudo grafana-auto-disable approve {EventRecorder.Selector(account)}"),
            new MailBlock.Heading("Details"),
            new MailBlock.Facts(wording.Details(account)),
        ];
        return ($"CRITICAL, keeps coming back: {Wording.Subject(open.Person)}",
            new MailDocument("An external account keeps coming back", Tone.Critical, "CRITICAL", blocks, options.SmallPrint)
            {
                Headline = Phrase.Format($"{Wording.Called(open.Person)} keeps coming back"),
            },
            null);
    }

    private static Phrase Returned(Phrase who, string times) => Phrase.Format(
        $"{who} has an external account, which was not approved and has come back {times} times within an hour. Each time it was "
        + $"logged out at once, but for a moment it was inside. Grafana's API cannot lock it.");

    public (string, MailDocument, IReadOnlyList<Attachment>?) StillInside(Account account)
    {
        var open = account.Case!;
        const string Rest =
            "could not be locked. Whoever opened the account may be inside now. The daemon keeps trying; you can act faster.";
        IReadOnlyList<MailBlock> blocks =
        [
            new MailBlock.Lead(
                Phrase.Format($"{wording.Came(account, Wording.Called(open.Person))} and {Rest}"),
                Phrase.Format($"{wording.Came(account, null)} and {Rest}")),
            Wording.OpenAccount(wording.Page(account)),
            new MailBlock.Paragraph(Phrase.Of(
                "Disable or delete it there. If it came by single sign-on, a directory or a proxy, Grafana refuses that, and the daemon "
                + "logs it out whenever it reappears: lock it where it signs on, or give the daemon access to Grafana's database "
                + "(GRAFANA_DATABASE).")),
            new MailBlock.Facts(
                [("What went wrong", Phrase.Of(Stranger.Detail(open.Problem ?? "not known"))), .. Wording.FourFacts(account)]),
            new MailBlock.Heading("Details"),
            new MailBlock.Facts(wording.Details(account)),
            new MailBlock.Command("See what the daemon says, on the Grafana host", "sudo grafana-auto-disable status"),
        ];
        return ($"ACTION NEEDED, could not be locked: {Wording.Subject(open.Person)}",
            new MailDocument("A new account could not be locked", Tone.Critical, "ACTION NEEDED", blocks, options.SmallPrint)
            {
                Headline = Phrase.Format($"{Wording.Called(open.Person)} could not be locked"),
            }, null);
    }
}
