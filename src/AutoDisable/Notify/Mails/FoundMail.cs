using System.Globalization;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>Accounts that should be locked were found enabled, by nobody known: who they are, and what is asked.</summary>
internal sealed class FoundMail(MailOptions options, Wording wording)
{
    private const int MostShown = 50;

    public (string, MailDocument, IReadOnlyList<Attachment>?) Write(IReadOnlyList<Account> accounts, LetterNote note)
    {
        var one = accounts.Count == 1;
        var count = accounts.Count.ToString(CultureInfo.InvariantCulture);
        var who = one ? Wording.Subject(PersonOf(accounts[0])) : $"{count} accounts";
        var selector = one ? EventRecorder.Selector(accounts[0]) : "uid:…";
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(one
                ? "An account that should be locked was found enabled: whoever it belongs to may be INSIDE now. The log does not show who "
                    + "enabled it, so it does not count as approved."
                : $"{count} accounts that should be locked were found enabled: whoever they belong to may be INSIDE now. The log does not "
                    + "show who enabled them, so none of them counts as approved.")),
            one ? Wording.OpenAccount(wording.Page(accounts[0])) : wording.OpenList(),
            new MailBlock.Paragraph(Phrase.Of(note.Since is { } relockedAt
                ? "Say for each what it is. Without an answer those that the daemon had locked are locked again from "
                    + $"{wording.Time(relockedAt)} on; those that were disabled before the daemon came are left to you."
                : "Say for each what it is. Nothing happens to them until you do (FOUND_ENABLED=ask).")),
            new MailBlock.Command("If it may stay, on the Grafana host", $"sudo grafana-auto-disable approve --found {selector}"),
            new MailBlock.Command("To lock it again", $"sudo grafana-auto-disable relock --found {selector}"),
            .. one ? (MailBlock[])[] : [new MailBlock.Command("To lock all of them again", "sudo grafana-auto-disable relock --found")],
            new MailBlock.Table(["Name", "E-mail", "Account", "Was", "Decide"], [.. accounts.Take(MostShown).Select(Row)]),
        ];
        if (accounts.Count > MostShown)
            blocks.Add(new MailBlock.Paragraph(Phrase.Of(
                $"The first {MostShown.ToString(CultureInfo.InvariantCulture)} are shown; all are in the attached table.")));
        blocks.AddRange(
        [
            new MailBlock.Paragraph(Phrase.Of(
                "Why: an older copy of Grafana's database that was put back does this, or another version of Grafana. It may also be an "
                + "administrator whose request the log did not show (router_logging off, another Grafana server).")),
        ]);
        return ($"ACTION NEEDED, found enabled: {who}",
            new MailDocument(
                one ? "An account that should be locked was found enabled" : $"{count} accounts that should be locked were found enabled",
                Tone.Critical,
                "ACTION NEEDED",
                blocks,
                options.SmallPrint),
            accounts.Count > MostShown
                ?
                [
                    AccountTable.Attach(
                        "found-enabled.csv", accounts.Select(a => (a.Id, a.Uid, PersonOf(a), a.Case?.Created, "found enabled"))),
                ]
                : null);
    }

    private IReadOnlyList<Phrase> Row(Account account) =>
    [
        Phrase.Of(new Stranger(PersonOf(account).Name, 30)),
        Phrase.Of(Stranger.Address(PersonOf(account).Email)),
        Phrase.Of(EventRecorder.Selector(account)),
        Phrase.Of(account.Status switch
        {
            AccountStatus.Locked => "waiting for approval",
            AccountStatus.Rejected => "rejected",
            AccountStatus.DisabledBefore => "disabled before the daemon came",
            AccountStatus.Admitted or AccountStatus.Locking or AccountStatus.AtDoor => "locked again meanwhile, or decided",
        }),
        Wording.Open(wording.Page(account)),
    ];

    private static Person PersonOf(Account account) => account.Case?.Person ?? new Person("", "", account.Ref);
}
