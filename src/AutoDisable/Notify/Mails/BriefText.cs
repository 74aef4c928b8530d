using Athena.AutoDisable.State;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;
using Athena.Common.Text;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>
/// A letter in a few rows, for a chat: its title and first sentences, which are ours, who it is about, and the next command. Nothing else
/// that a stranger typed, and at most their login. Pure.
/// </summary>
internal sealed class BriefText(MailOptions options)
{
    private readonly Wording wording = new(options);

    public TelegramText Write(Letter letter, MailDocument document, IReadOnlyList<Account> accounts)
    {
        // Who is named by that one is not who had been let in.
        var reference = letter is { Kind: not LetterKind.Imported, Accounts: [var one] } ? one : null;
        List<string> lines = [];
        if (reference is not null)
            lines.Add($"Who: {Who(letter.Note?.Person ?? (accounts.Count > 0 ? accounts[0].Case?.Person : null), reference)}");
        lines.Add($"When: {wording.ShortTime(letter.At)}");
        lines.AddRange(document.Blocks.OfType<MailBlock.Lead>().Select(lead => (lead.Unnamed ?? lead.Words).Text));
        if (document.Tone == Tone.Critical)
        {
            var command = letter.Note?.Trouble is not null
                ? "check"
                : letter.Kind == LetterKind.Imported
                    ? "approve --imported"
                    : reference is null ? "pending" : $"history {OutcomeMail.Selector(reference)}";
            lines.Add($"{TelegramChannel.Next}sudo {Identity.Worker.Daemon} {command}");
        }

        lines.Add("The mail to the admins has the rest.");
        return TelegramChannel.Brief($"{document.Label} · {options.Brand.Called}: {document.Title}", lines);
    }

    /// <summary>How a decision in the chat ended.</summary>
    /// <param name="account">As it is now; null when it is no more.</param>
    /// <param name="who">As the message named it.</param>
    public TelegramText End(Account? account, string who)
    {
        var (heading, line) = account switch
        {
            null => ("DELETED", "The account is no more in Grafana."),
            { Decision: { } made, Status: AccountStatus.Admitted } => ("APPROVED", By(made.By, made.At)),
            { Decision: { } made, Status: AccountStatus.Rejected } => ("REJECTED", By(made.By, made.At)),
            { Status: AccountStatus.Admitted } => ("ENABLED", "The account was enabled in Grafana."),
            { Case.Undone: { } undone } => ("TAKEN BACK", $"{By(undone.By, undone.At)} It waits again: see the message below."),
            _ => ("OVER", "The account waits again, or is being locked: see the newest message about it."),
        };
        return TelegramChannel.Brief($"{heading} · {options.Brand.Called}", [$"Who: {who}", line]);
    }

    private string By(string by, DateTimeOffset at) => $"By {UntrustedText.Visible(by, 80)}, {wording.ShortTime(at)}.";

    /// <summary>As the chat may name them; uid or id is always said.</summary>
    public string Who(Person? person, string reference)
    {
        var selector = OutcomeMail.Selector(reference);
        return options.NamesInChat == NameStyle.Id || person is null or { Login: "" }
            ? selector
            : $"{UntrustedText.Visible(PersonName.Of(person.Login, 0, options.NamesInChat), 60)} ({selector})";
    }
}
