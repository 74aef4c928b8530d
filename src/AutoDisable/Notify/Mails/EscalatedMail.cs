using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>To the next people, once: the admins got a critical mail, and nobody has acted on it.</summary>
internal sealed class EscalatedMail(MailOptions options, Wording wording)
{
    /// <param name="accounts">Each with something critical.</param>
    /// <param name="now">When it was decided that others are told.</param>
    public (string, MailDocument, IReadOnlyList<Attachment>?) Write(IReadOnlyList<Account> accounts, DateTimeOffset now)
    {
        var since = EventRecorder.Duration(now - accounts.Min(account => DeadlinePolicy.CriticalSince(account) ?? now));
        var who = accounts.Count == 1
            ? Wording.Subject(accounts[0].Case!.Person)
            : $"{accounts.Count.ToString(CultureInfo.InvariantCulture)} accounts";
        List<MailBlock> blocks =
        [
            new MailBlock.Lead(Phrase.Of(
                $"The administrators ({string.Join(", ", options.To)}) were told of this {since} ago, and nobody has acted. You are told "
                + "once: reach one of them, or act yourself.")),
            accounts.Count == 1 ? Wording.OpenAccount(wording.Page(accounts[0])) : wording.OpenList(),
            new MailBlock.Table(
                ["Name", "E-mail", "Account", "What is wrong"], [.. accounts.Take(DigestMail.MostShown).Select(Row)]),
            new MailBlock.Command("What is known of it, on the Grafana host", "sudo grafana-auto-disable pending"),
        ];
        return ($"ESCALATED, nobody has acted for {since}: {who}",
            new MailDocument(
                "Nobody has acted on a critical mail", Tone.Critical, "ESCALATED", blocks,
                $"Sent by grafana-auto-disable{(options.Host is null ? "" : $" on {options.Host}")} to the people named in ESCALATE_TO."),
            null);
    }

    private static IReadOnlyList<Phrase> Row(Account account)
    {
        var open = account.Case!;
        return
        [
            Phrase.Of(new Stranger(open.Person.Name, 30)),
            Phrase.Of(Stranger.Address(open.Person.Email)),
            Phrase.Of(EventRecorder.Selector(account)),
            open.Exposure is { IsCritical: true } exposure && account.Status == AccountStatus.Locked
                ? Phrase.Of($"locked, but created {RemedyText.Named(exposure)}")
                : Phrase.Of("could not be locked: whoever opened it may be inside"),
        ];
    }
}
