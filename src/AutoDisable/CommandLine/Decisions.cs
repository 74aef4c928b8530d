using System.Text;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Enforcement;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;
using Athena.Common.State;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// Commands about more than one account at once, what stands against deleting one, and what is decided by a link.
/// </summary>
/// <param name="UndoFor">How long a decision can be taken back.</param>
internal sealed record Decisions(
    FoundDecisions Found, GroupApprovals Groups, DeletionBlockers Blockers, LinkDecisions Links, Pins Pins, TimeSpan UndoFor);

/// <summary>The PINs of those who approve from a mail, as the daemon has them.</summary>
/// <param name="book">Null where nobody does.</param>
internal sealed class Pins(DecisionBook? book, IReadOnlyList<string> people, IAuditLog audit)
{
    /// <param name="what"><c>set</c>, <c>remove</c> or <c>list</c>.</param>
    /// <param name="address">Whose.</param>
    /// <param name="hash">Of a new one.</param>
    /// <param name="by">Who does it.</param>
    public ControlReply Execute(string what, string address, string? hash, string by)
    {
        if (book is null)
            return Commands.Refused(
                "The running daemon does not know who decides. Restart it: sudo systemctl restart grafana-auto-disable");
        if (what == "list")
        {
            var text = new StringBuilder();
            foreach (var one in people)
                text.Append(one).Append(book.HasPin(one) ? "  has a PIN\n" : "  has no PIN: cannot approve from a mail or in the chat\n");
            return new ControlReply(ExitCode.Ok, text.ToString());
        }

        if (!book.SetPin(address, hash)) return Commands.Refused("The disk refuses, and nothing was changed. Make room on it, and repeat.");
        audit.Append(new AuditEntry(
            DecisionPinCommand.Name, DecisionPinCommand.Name, hash is null ? "removed" : "set",
            new Dictionary<string, string> { ["address"] = address, ["by"] = by }));
        return new ControlReply(
            ExitCode.Ok,
            hash is null
                ? $"{address} has no PIN any more: they cannot approve from a mail or in the chat.\n"
                : $"{address} has a PIN: they are asked for it where they approve from a mail or in the chat.\n");
    }
}
