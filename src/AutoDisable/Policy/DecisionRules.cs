using System.Globalization;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.Policy;

/// <summary>What a person's <c>reject</c> may not do by a slip, whoever asks: it locks and deletes for good. Pure.</summary>
internal static class DecisionRules
{
    /// <summary>Accounts of these programs, which let nobody in who is locked out.</summary>
    private const string Ours = "athena-workers";

    /// <param name="user">Who is to be rejected.</param>
    /// <param name="account">What is known of them; null when nothing is.</param>
    /// <param name="all">Everybody in Grafana.</param>
    /// <param name="ownId">The daemon's own account.</param>
    /// <param name="isDelete">The account is to be deleted, too.</param>
    /// <param name="mayBeServerAdmin">A server admin is meant.</param>
    /// <param name="word">As the person named the account.</param>
    /// <returns>Null when nothing stands against it; otherwise why not, and with which exit code.</returns>
    public static ControlReply? RefusalToReject(
        GrafanaUser user, Account? account, IReadOnlyList<GrafanaUser> all, long? ownId, bool isDelete, bool mayBeServerAdmin, string word)
    {
        if (ownId == user.Id)
            return new ControlReply(ExitCode.Fault, "That is the daemon's own account: without it nobody would be locked.\n");
        var name = UntrustedText.Visible(user.Login, 50);
        if (user is { IsAdmin: true, IsDisabled: false }
            && !all.Any(
                other => other is { IsAdmin: true, IsDisabled: false } && other.Id != user.Id && other.Id != ownId && !IsOurs(other)))
            return new ControlReply(ExitCode.NotPermitted,
                $"{name} is the last enabled server admin that is a person: nobody could let anybody in any more. Make another one "
                + "first.\n");
        if (user.IsAdmin && !mayBeServerAdmin && !IsWaiting(account))
            return new ControlReply(ExitCode.NotPermitted, $"{name} is a server admin. If that is meant: repeat with --server-admin\n");
        var selector = Selector(user);
        var hasAccess = account is null or { Status: AccountStatus.Admitted };
        return isDelete && hasAccess && word != selector
            ? new ControlReply(
                ExitCode.Usage, $"{name} has access, and a deletion cannot be taken back: name the account in full, {selector}\n")
            : null;
    }

    /// <summary>It waits, and is of the kind about which a person is asked one by one.</summary>
    public static bool IsOpenToLinks(Account account) =>
        account is { Status: AccountStatus.Locked, Case: { IsDrill: false, Rejection: null } };

    /// <summary>
    /// Whether a link in a mail may let this account in, with whatever else is asked for: never one that left something behind, that may do
    /// everything, or that has another role than an approval gives.
    /// </summary>
    public static bool MayApproveByLink(LockCase open, AutoDisableOptions options) =>
        open is { ServerAdmin: null, Exposure: { IsCritical: false }, Roles.Count: > 0 }
        && open.Roles.All(role => Rank(role[(role.LastIndexOf(' ') + 1)..]) <= Rank(options.ApprovedRole ?? options.DefaultRole));

    /// <summary>Null when the last decision about an account may be taken back; else why not.</summary>
    public static string? WhyNotUndo(Account? account, TimeSpan undoFor, DateTimeOffset now) => account switch
    {
        null or { Decision: null } or { Status: not (AccountStatus.Admitted or AccountStatus.Rejected) } =>
            "Nothing was decided about this account.",
        { Decision: { } made } when now - made.At is var age && (age >= undoFor || age < -undoFor) =>
            $"A decision can be taken back for {Duration.Write(undoFor)} (UNDO_FOR), and this one is older.",
        _ => null,
    };

    /// <summary>Of Grafana's roles; what is not known is above all of them.</summary>
    private static int Rank(string role) => role switch
    {
        "None" => 0,
        "Viewer" => 1,
        "Editor" => 2,
        "Admin" => 3,
        _ => int.MaxValue,
    };

    /// <summary>Names exactly this account.</summary>
    public static string Selector(GrafanaUser user) =>
        user.Uid is { } uid ? $"uid:{uid}" : string.Create(CultureInfo.InvariantCulture, $"id:{user.Id}");

    /// <summary>Who was made a server admin while they wait has nothing that a slip could take away.</summary>
    private static bool IsWaiting(Account? account) =>
        account is { Status: AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor };

    private static bool IsOurs(GrafanaUser user) => user.Login.StartsWith(Ours, StringComparison.OrdinalIgnoreCase);
}
