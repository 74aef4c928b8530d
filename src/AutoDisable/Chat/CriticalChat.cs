using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Mails;
using Athena.Common.Notifications;
using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Chat;

/// <summary>
/// Decides which letters are said in the chat as well: those whose mail is critical, and how a matter ended of which the chat was told. It
/// has an outbox of its own, in which a letter's key is its message's; so a letter that is posted again after a crash is not said again.
/// </summary>
internal sealed class CriticalChat(IOutbox outbox, MailOptions options, bool hidesNames)
{
    private readonly LetterWriter writer = new(options);
    private readonly ChatText text = new(options, hidesNames);

    /// <summary>Returns without waiting for the chat.</summary>
    /// <param name="accounts">The accounts it is about, as far as they are still remembered.</param>
    public void Post(Letter letter, IReadOnlyList<Account> accounts)
    {
        var wasAsked = false;
        foreach (var settled in letter.Supersedes ?? []) wasAsked |= outbox.Withdraw(settled).Count > 0;
        if (writer.Compose(letter, accounts) is var (_, document, _) && (IsCritical(letter, document) || wasAsked))
            outbox.Put(text.Write(letter, document, accounts));
    }

    /// <summary>That Grafana is down, grafana-active-users says in the chat: one daemon, once.</summary>
    private static bool IsCritical(Letter letter, MailDocument document) =>
        document.Tone == Tone.Critical && letter.Note?.Trouble != TroubleKind.GrafanaDown;
}
