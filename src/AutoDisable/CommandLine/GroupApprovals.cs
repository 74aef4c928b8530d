using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// Approvals of many at once: those whom an import locked and who had been let in, and those whom an admin made by hand. Each is somebody
/// of whom our own memory says by uid that they are meant; whoever else is locked is named as staying so.
/// </summary>
internal sealed class GroupApprovals(IGrafana grafana, Reconciler reconciler, AutoDisableMemory memory, Approvals approvals)
{
    /// <summary>So many are named to a person; the others are counted.</summary>
    private const int Most = 200;

    /// <summary>Of those who stay locked, of each kind.</summary>
    private const int MostStaying = 5;

    /// <summary>Whom <c>approve --imported</c> lets in, and who stays locked, before anything is decided.</summary>
    public async Task<ControlReply> AboutImportedAsync(CancellationToken cancel)
    {
        var (users, refusal) = await ListAsync(cancel);
        if (users is null) return refusal!;
        var ready = Imported(users, until: null);
        var staying = Staying(users);
        if (ready.Count == 0) return Commands.Refused(NobodyImported(users, staying));

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{ready.Count} who had been let in {(ready.Count == 1 ? "was" : "were")} locked by an import into Grafana's database:\n");
        Name(ready, text);
        return new ControlReply(
            ExitCode.Ok, text.Append(staying).ToString(), Json(ready, memory.Book, account => account.Import!.At).ToText());
    }

    /// <param name="until">Who was found later was not shown to whoever decides, and is left.</param>
    /// <param name="decision">Whose, and why.</param>
    public async Task<ControlReply> LetBackAsync(DateTimeOffset? until, Decision decision, CancellationToken cancel)
    {
        var (users, refusal) = await ListAsync(cancel);
        if (users is null) return refusal!;
        var ready = Imported(users, until);
        if (ready.Count == 0) return Commands.Refused(NobodyImported(users, Staying(users)));
        var accounts = ready.ConvertAll(user => memory.Book.Find(user)!);
        approvals.LetBack(accounts, decision);
        memory.Save(); // The intent: a crash from here on is carried on at the next start.
        await reconciler.WorkAsync(cancel);

        var left = accounts.FindAll(account => account.Approving is not null);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Let in again: {accounts.Count - left.Count} of {accounts.Count}.\n");
        if (left.Count > 0) text.Append("The daemon goes on with the others; what cannot be done grafana-auto-disable pending shows.\n");
        return new ControlReply(
            left.Exists(account => account.Approving!.Problem is not null) ? ExitCode.Fault : ExitCode.Ok,
            text.Append(Staying([.. users.Where(user => !ready.Contains(user))])).ToString());
    }

    /// <summary>
    /// Whom <c>approve --made-by</c> lets in, and who is not among them because nothing proves it, before anything is decided.
    /// </summary>
    /// <param name="maker">As the person named the admin.</param>
    public async Task<ControlReply> AboutMadeByAsync(string maker, CancellationToken cancel)
    {
        var (users, admin, refusal) = await FindMakerAsync(maker, cancel);
        if (admin is null) return refusal!;
        var ready = MadeBy(users, admin, until: null);
        var doubtful = Doubtful(users, admin);
        if (ready.Count == 0) return Commands.Refused($"Nobody waits of whom the log proves that {Who(admin)} made them.\n{doubtful}");

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{ready.Count} who {(ready.Count == 1 ? "waits" : "wait")}, made in Grafana by {Who(admin)}, as the log proves:\n");
        Name(ready, text);
        var json = Json(ready, memory.Book, account => account.Case!.ExposedAt!.Value);
        json["selector"] = FormattableString.Invariant($"id:{admin.Id}");
        return new ControlReply(ExitCode.Ok, text.Append(doubtful).ToString(), json.ToText());
    }

    /// <param name="maker">The admin.</param>
    /// <param name="until">Of whom it was proved later was not shown to whoever decides, and is left.</param>
    /// <param name="decision">Whose, and why.</param>
    public async Task<ControlReply> ApproveMadeByAsync(string maker, DateTimeOffset? until, Decision decision, CancellationToken cancel)
    {
        var (users, admin, refusal) = await FindMakerAsync(maker, cancel);
        if (admin is null) return refusal!;
        var ready = MadeBy(users, admin, until);
        if (ready.Count == 0)
            return Commands.Refused($"Nobody waits of whom the log proves that {Who(admin)} made them.\n{Doubtful(users, admin)}");
        var accounts = ready.ConvertAll(user => approvals.Approve(user, decision, role: null, orgId: 0, until: null));
        memory.Save();
        await reconciler.WorkAsync(cancel);

        var text = new StringBuilder();
        foreach (var (account, user) in accounts.Zip(ready).Take(Most))
            text.Append(account.Approving is null ? "Approved " : "Approved, NOT DONE YET ").Append(Commands.Name(user)).Append('\n');
        if (ready.Count > Most) text.Append(CultureInfo.InvariantCulture, $"And {ready.Count - Most} more; the audit names each.\n");
        return new ControlReply(
            accounts.Exists(account => account.Approving?.Problem is not null) ? ExitCode.Fault : ExitCode.Ok,
            text.Append(Doubtful(users, admin)).ToString());
    }

    /// <summary>
    /// A word that fits two is refused: strangers choose logins and e-mails that look like an admin's. What counts in the end is the
    /// number.
    /// </summary>
    private async Task<(IReadOnlyList<GrafanaUser> Users, GrafanaUser? Admin, ControlReply? Refusal)> FindMakerAsync(
        string maker, CancellationToken cancel)
    {
        var (users, refusal) = await ListAsync(cancel);
        if (users is null) return ([], null, refusal);
        return State.AccountSelector.Matches(users, maker) switch
        {
            [var one] => (users, one, null),
            [] => (users, null, Commands.Refused(
                $"No admin in Grafana fits \"{UntrustedText.Visible(maker, 80)}\". Name them by login: or id:.")),
            var several => (users, null, Commands.Refused(
                "That fits more than one account; say which, by its uid or id:\n"
                + $"{string.Concat(several.Take(Most).Select(user => $"  {Commands.Name(user)}\n"))}")),
        };
    }

    private List<GrafanaUser> MadeBy(IReadOnlyList<GrafanaUser> users, GrafanaUser admin, DateTimeOffset? until) =>
    [
        .. users.Where(user => user.Id != admin.Id && IsWaiting(user, out var account) && !user.IsExternal
            && account.Case is { IsExternal: false, ExposedAt: { } exposedAt, Arrival: { Kind: ArrivalKind.MadeByAdmin, MakerId: { } id } }
            && id == admin.Id && !(exposedAt > until)),
    ];

    /// <summary>Whom they may have made, and nothing proves it.</summary>
    private string Doubtful(IReadOnlyList<GrafanaUser> users, GrafanaUser admin)
    {
        var some = users.Where(user =>
            IsWaiting(user, out var account) && account.Case!.Arrival is { Kind: ArrivalKind.MadeByAdmin, MakerId: null, By: { } by }
                && ClaimedText.Same(by, admin.Login)).ToList();
        return some.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $"NOT included: {some.Count} whom {Who(admin)} probably made; the log does not prove it, because somebody else came within "
            + $"the same seconds or not all of it could be read. Look at each: grafana-auto-disable approve "
            + $"{DecisionRules.Selector(some[0])}\n{string.Concat(some.Take(MostStaying).Select(user => $"  {Commands.Name(user)}\n"))}");
    }

    private bool IsWaiting(GrafanaUser user, [NotNullWhen(true)] out Account? account)
    {
        account = memory.Book.Find(user);
        return account is { Status: AccountStatus.Locked, Found: null, Approving: null, Case.IsDrill: false } && account.Id == user.Id
            && account.Uid == user.Uid;
    }

    private static string Who(GrafanaUser admin) =>
        string.Create(CultureInfo.InvariantCulture, $"{UntrustedText.Visible(admin.Login, 50)} (id {admin.Id})");

    private async Task<(IReadOnlyList<GrafanaUser>? Users, ControlReply? Refusal)> ListAsync(CancellationToken cancel)
    {
        await reconciler.LookAsync(cancel);
        var answer = await grafana.AllUsersAsync(cancel);
        return answer.IsDone ? (answer.Value, null) : (null, Commands.Refused(answer.Detail));
    }

    /// <summary>By uid and by number: a number may be somebody else's after an import.</summary>
    private List<GrafanaUser> Imported(IReadOnlyList<GrafanaUser> users, DateTimeOffset? until) =>
    [
        .. users.Where(user => user is { IsDisabled: true, Uid: not null }
            && memory.Book.Find(user) is { Status: AccountStatus.Admitted, Approving: null, Import: { } import } account
            && account.Uid == user.Uid && account.Id == user.Id && !(import.At > until)),
    ];

    /// <summary>It is the running daemon that finds out by whom somebody was locked, and that takes it some seconds.</summary>
    private string NobodyImported(IReadOnlyList<GrafanaUser> users, string staying) =>
        "Nobody whom the daemon knows as let in is locked by an import.\n"
        + (users.Any(user =>
            user.IsDisabled && memory.Book.Find(user) is { Status: AccountStatus.Admitted, Import: null, IsDisabledTold: false })
            ? "But people who were let in are disabled, and it is not known yet by what: the running daemon finds that out within a "
                + "minute; ask again then.\n" : "")
        + staying;

    private string Staying(IReadOnlyList<GrafanaUser> users)
    {
        (string Who, Func<Account?, bool> IsOne)[] kinds =
        [
            ("not known", account => account is null
                or { Case.IsImported: true, Status: AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor }),
            ("waiting for a decision", account => account is { Case: not { IsImported: true },
                Status: AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor }),
            ("rejected", account => account is { Status: AccountStatus.Rejected }),
            ("disabled before the daemon came", account => account is { Status: AccountStatus.DisabledBefore }),
            ("let in, and disabled otherwise than by an import", account => account is { Status: AccountStatus.Admitted, Import: null,
                Approving: null }),
        ];
        var text = new StringBuilder();
        foreach (var (who, isOne) in kinds)
        {
            var some = users.Where(user =>
                user.IsDisabled && memory.Book.Find(user) is var account && account?.Case is not { IsDrill: true } && isOne(account))
                    .ToList();
            if (some.Count == 0) continue;
            var names = some.Take(MostStaying).Select(user => $"{DecisionRules.Selector(user)} <{UntrustedText.Visible(user.Email, 40)}>");
            var more = some.Count > MostStaying ? $" and {some.Count - MostStaying} more" : "";
            text.Append(CultureInfo.InvariantCulture, $"  {some.Count} {who}: {string.Join(", ", names)}{more}\n");
        }

        return text.Length == 0
            ? ""
            : $"They stay locked:\n{text}To go on with them: grafana-auto-disable pending shows who waits; approve uid:… lets one in, "
                + "reject uid:… --delete removes one.\n";
    }

    private static void Name(List<GrafanaUser> ready, StringBuilder text)
    {
        foreach (var user in ready.Take(Most))
            text.Append("  ").Append(Commands.Name(user)).Append(user.IsAdmin ? "  SERVER ADMIN" : "").Append('\n');
        if (ready.Count > Most) text.Append(CultureInfo.InvariantCulture, $"  and {ready.Count - Most} more\n");
    }

    private static JsonObject Json(List<GrafanaUser> ready, AccountBook book, Func<Account, DateTimeOffset> at) => new()
    {
        [FoundDecisions.Until] = ready.Max(user => at(book.Find(user)!)),
        ["count"] = ready.Count,
        ["accounts"] = new JsonArray([.. ready.Take(PendingList.Part).Select(user => JsonValue.Create(DecisionRules.Selector(user)))]),
    };
}
