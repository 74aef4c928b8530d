using System.Globalization;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// What somebody who follows a link is asked and told. A link is about one matter of one account: when that is decided, however and by
/// whomever, it decides nothing any more.
/// </summary>
internal sealed class LinkDecisions(
    AutoDisableMemory memory, ILetterWriter writer, AutoDisableOptions options, ZoneText zone, TimeProvider time)
{
    /// <summary>Arguments of both commands: what the link does, and which matter of the account it is about.</summary>
    public const string Choice = "choice";

    /// <inheritdoc cref="Choice"/>
    public const string Matter = "matter";

    /// <summary>A link as a request for the daemon.</summary>
    public static Dictionary<string, string> Arguments(DecisionLink link) => new()
    {
        ["who"] = link.Account,
        [Choice] = link.Choice.ToString(),
        [Matter] = Written(link.Matter),
    };

    /// <summary>The page of a link; <see cref="DecisionPage.Closed"/> where its matter is over.</summary>
    public ControlReply Page(ControlRequest request) => DecisionDesk.Reply(
        Find(request) is var (account, choice) && WhyNot(account, choice) is null
            ? writer.WritePage(account, PersonOf(account), choice)
            : DecisionPage.Closed);

    /// <summary>Null where the matter is still open; else what whoever was too late is told.</summary>
    public ControlReply? Refusal(ControlRequest request)
    {
        if (Find(request) is var (account, choice))
            return WhyNot(account, choice) is { } why
                ? DecisionDesk.Reply(new DecisionAnswer(DecisionOutcome.Refused, "Not this way", why))
                : null;
        var known = memory.Book.FindByRef(request.Arguments["who"]);
        return DecisionDesk.Reply(new DecisionAnswer(DecisionOutcome.DecidedBefore, "It was decided already", known switch
        {
            null => "The account was deleted.",
            { Decision: { } made, Status: AccountStatus.Admitted } =>
                $"The account was approved on {zone.Minute(made.At)} by {UntrustedText.Visible(made.By, 80)}.",
            { Decision: { } made, Status: AccountStatus.Rejected } =>
                $"The account was rejected on {zone.Minute(made.At)} by {UntrustedText.Visible(made.By, 80)}.",
            { Case.Rejection: { } made } =>
                $"The account is rejected: decided on {zone.Minute(made.At)} by {UntrustedText.Visible(made.By, 80)}.",
            _ => "The account waits again. Use the newest mail or message about it.",
        }));
    }

    /// <summary>What came of it.</summary>
    /// <param name="choice">What the link does.</param>
    /// <param name="account">As it is now.</param>
    /// <param name="reply">Of the command that did it.</param>
    public static ControlReply Answer(DecisionChoice choice, Account account, ControlReply reply)
    {
        var isDone = reply.ExitCode == ExitCode.Ok;
        return DecisionDesk.Reply(new DecisionAnswer(
            isDone ? DecisionOutcome.Done : reply.ExitCode == ExitCode.Fault ? DecisionOutcome.Noted : DecisionOutcome.Refused,
            isDone
                ? choice switch
                {
                    DecisionChoice.Approve => "Approved",
                    DecisionChoice.Reject => "Rejected",
                    DecisionChoice.Undo => "Taken back",
                }
                : "Not done yet",
            reply.Text.Trim())
        {
            DecidedAt = isDone ? account.Decision?.At : null,
        });
    }

    /// <summary>What the link does.</summary>
    public static DecisionChoice ChoiceOf(ControlRequest request) => Enum.Parse<DecisionChoice>(request.Arguments[Choice]);

    /// <summary>Null when the matter is not the account's any more.</summary>
    private (Account, DecisionChoice)? Find(ControlRequest request)
    {
        var choice = ChoiceOf(request);
        var account = memory.Book.FindByRef(request.Arguments["who"]);
        var matter = choice == DecisionChoice.Undo
            ? account is { Status: AccountStatus.Admitted or AccountStatus.Rejected } ? account.Decision?.At : null
            : account is not null && DecisionRules.IsOpenToLinks(account) ? account.Case!.OpenedAt : null;
        return matter is { } at && Written(at) == request.Arguments[Matter] ? (account!, choice) : null;
    }

    /// <summary>What has changed since the mail was written, so that it takes more than a link by now.</summary>
    private string? WhyNot(Account account, DecisionChoice choice) => choice switch
    {
        DecisionChoice.Approve when !DecisionRules.MayApproveByLink(account.Case!, options) =>
            "By now this account has a role, or did something, for which this is not enough. Decide about it in Grafana.",
        DecisionChoice.Undo => DecisionRules.WhyNotUndo(account, options.UndoFor, time.GetUtcNow()),
        DecisionChoice.Approve or DecisionChoice.Reject => null,
    };

    private static Person PersonOf(Account account) =>
        account.Case is { Person: { IsForgotten: false } person } ? person : new Person(account.Ref, "", "");

    private static string Written(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
