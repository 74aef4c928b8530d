using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Mails;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;
using Athena.Common.Notifications.Telegram;

namespace Athena.AutoDisable.Chat;

/// <summary>
/// What of a mail is said in the chat: its title and first sentences, which are ours, who it is about, and the next command. Nothing else
/// that a stranger typed, and at most his login. Pure.
/// </summary>
internal sealed class ChatText(MailOptions options, bool hidesNames)
{
    /// <summary>Stands for the chat where the outbox has a mail's recipient.</summary>
    public const string Chat = "Telegram";

    /// <summary>Before a command. No other line begins with what a stranger chose, so none can pretend to be one.</summary>
    public const string Next = "Next: ";

    private readonly Wording wording = new(options);

    public OutgoingMail Write(Letter letter, MailDocument document, IReadOnlyList<Account> accounts)
    {
        var reference = letter is { Kind: not LetterKind.Imported, Accounts: [var one] } ? one : null; // Who is named by that one is not who had been let in.
        List<string> lines = [];
        if (reference is not null) lines.Add($"Who: {Who(letter.Note?.Person ?? (accounts.Count > 0 ? accounts[0].Case?.Person : null), reference)}");
        lines.Add($"When: {wording.ShortTime(letter.At)}");
        lines.AddRange(document.Blocks.OfType<MailBlock.Lead>().Select(lead => lead.Words.Text));
        if (document.Tone == Tone.Critical)
        {
            var command = letter.Note?.Trouble is not null ? "check" : letter.Kind == LetterKind.Imported ? "approve --imported" : reference is null ? "pending" : $"history {OutcomeMail.Selector(reference)}";
            lines.Add($"{Next}sudo {Identity.Worker.Daemon} {command}");
        }

        lines.Add("The mail to the admins has the rest.");
        return new OutgoingMail(letter.Key, [Chat], $"{document.Label} · {options.Brand.Name}: {document.Title}", string.Join('\n', lines), Html: null, IsUrgent: true);
    }

    /// <param name="mayBeKnown">Whether it may have been said before.</param>
    public static TelegramText Rows(OutgoingMail message, bool mayBeKnown)
    {
        List<TelegramRow> rows = [Row(new TelegramSpan(message.Subject, TelegramStyle.Bold))];
        if (mayBeKnown) rows.Add(Row(new TelegramSpan("Perhaps said before: it is not known whether it arrived then.")));
        rows.AddRange(message.Text.Split('\n').Select(line => line.StartsWith(Next, StringComparison.Ordinal)
            ? Row(new TelegramSpan(Next), new TelegramSpan(line[Next.Length..], TelegramStyle.Code))
            : Row(new TelegramSpan(line))));
        return new TelegramText(rows);
    }

    private string Who(Person? person, string reference)
    {
        var selector = OutcomeMail.Selector(reference);
        return hidesNames || person is null or { Login: "" } ? selector : $"{HostileText.Visible(person.Login, 60)} ({selector})";
    }

    private static TelegramRow Row(params TelegramSpan[] spans) => new(spans);
}
