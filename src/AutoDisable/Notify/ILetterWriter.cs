using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Grafana.Api;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;

namespace Athena.AutoDisable.Notify;

/// <summary>
/// Turns a letter that is owed into the notification that is sent. The edge between deciding what to say and how it looks.
/// </summary>
internal interface ILetterWriter
{
    /// <summary>
    /// The mail for <paramref name="letter"/>, or null when it has no recipient (an applicant without a usable address).
    /// </summary>
    /// <param name="letter">What is owed.</param>
    /// <param name="accounts">The accounts it is about, as far as they are still remembered, in the letter's order.</param>
    Notification? Write(Letter letter, IReadOnlyList<Account> accounts);

    /// <summary>The page behind a link by which somebody decides about an account.</summary>
    DecisionPage WritePage(Account account, Person person, DecisionChoice choice);

    /// <summary>The message in the chat by which somebody decides about an account that waits.</summary>
    /// <returns>Its text, and how it names the account.</returns>
    (TelegramText Text, string Who) WriteCard(Account account);

    /// <summary>What becomes of that message when it is decided, by whomever and however.</summary>
    /// <param name="account">As it is now; null when it is no more.</param>
    /// <param name="who">As the message named it.</param>
    TelegramText WriteCardOfEnd(Account? account, string who);

    /// <summary>The review of a quarter, <c>2026-Q4</c>.</summary>
    /// <param name="quarter">Its name.</param>
    /// <param name="rows">Who has access.</param>
    /// <param name="server">Grafana's own settings; null where they are not known.</param>
    Notification WriteReview(string quarter, IReadOnlyList<ReviewRow> rows, ServerSettings? server);

    /// <summary>The summary of a week, <c>2026-W48</c>, in which admins disabled people who had been let in.</summary>
    /// <param name="week">Its name.</param>
    /// <param name="rows">The first of them.</param>
    /// <param name="count">All of them.</param>
    Notification WriteAdminDisables(string week, IReadOnlyList<AdminDisableRow> rows, int count);
}

/// <summary>One line of a week's summary.</summary>
/// <param name="User">As Grafana lists them now; null when they are gone.</param>
internal sealed record AdminDisableRow(AdminDisable Disable, GrafanaUser? User)
{
    /// <summary>What has become of it.</summary>
    public string Now => User switch
    {
        null => "deleted",
        { IsDisabled: true } => "disabled",
        _ => "enabled again",
    };
}
