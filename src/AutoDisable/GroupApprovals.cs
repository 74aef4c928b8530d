using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Accounts;
using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Notifications;

namespace Athena.AutoDisable;

/// <summary>
/// Approvals of many at once: those whom an import locked and who had been let in. Each is somebody of whom our own memory says by uid that they are
/// meant; whoever else is locked is named as staying so.
/// </summary>
internal sealed class GroupApprovals(IGrafana grafana, Gate gate, GateMemory memory, Approvals approvals)
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
        if (ready.Count == 0) return Commands.Refused($"Nobody whom the daemon knows as let in is locked by an import.\n{staying}");

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{ready.Count} who had been let in {(ready.Count == 1 ? "was" : "were")} locked by an import into Grafana's database:\n");
        Name(ready, text);
        return new ControlReply(ExitCode.Ok, text.Append(staying).ToString(), Json(ready, memory.Book, account => account.Import!.At).ToJsonString());
    }

    /// <param name="until">Who was found later was not shown to whoever decides, and is left.</param>
    /// <param name="decision">Whose, and why.</param>
    public async Task<ControlReply> LetBackAsync(DateTimeOffset? until, Decision decision, CancellationToken cancel)
    {
        var (users, refusal) = await ListAsync(cancel);
        if (users is null) return refusal!;
        var ready = Imported(users, until);
        if (ready.Count == 0) return Commands.Refused($"Nobody whom the daemon knows as let in is locked by an import.\n{Staying(users)}");
        var accounts = ready.ConvertAll(user => memory.Book.Find(user)!);
        foreach (var account in accounts) approvals.LetBack(account, decision);
        memory.Save(); // The intent: a crash from here on is carried on at the next start.
        await gate.WorkAsync(cancel);

        var left = accounts.FindAll(account => account.Approving is not null);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Let in again: {accounts.Count - left.Count} of {accounts.Count}.\n");
        if (left.Count > 0) text.Append("The daemon goes on with the others; what cannot be done grafana-auto-disable pending shows.\n");
        return new ControlReply(left.Exists(account => account.Approving!.Problem is not null) ? ExitCode.Fault : ExitCode.Ok, text.Append(Staying(users)).ToString());
    }

    private async Task<(IReadOnlyList<GrafanaUser>? Users, ControlReply? Refusal)> ListAsync(CancellationToken cancel)
    {
        await gate.LookAsync(cancel);
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

    private string Staying(IReadOnlyList<GrafanaUser> users)
    {
        (string Who, Func<Account?, bool> IsOne)[] kinds =
        [
            ("not known", account => account is null or { Case.IsImported: true, Status: AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor }),
            ("waiting for a decision", account => account is { Case: not { IsImported: true }, Status: AccountStatus.Locking or AccountStatus.Locked or AccountStatus.AtDoor }),
            ("rejected", account => account is { Status: AccountStatus.Rejected }),
            ("disabled before the daemon came", account => account is { Status: AccountStatus.DisabledBefore }),
            ("let in, and disabled otherwise than by an import", account => account is { Status: AccountStatus.Admitted, Import: null, Approving: null }),
        ];
        var text = new StringBuilder();
        foreach (var (who, isOne) in kinds)
        {
            var some = users.Where(user => user.IsDisabled && memory.Book.Find(user) is var account && account?.Case is not { IsDrill: true } && isOne(account)).ToList();
            if (some.Count == 0) continue;
            text.Append(CultureInfo.InvariantCulture, $"  {some.Count} {who}: {string.Join(", ", some.Take(MostStaying).Select(user => $"{DecisionRules.Selector(user)} <{HostileText.Visible(user.Email, 40)}>"))}{(some.Count > MostStaying ? $" and {some.Count - MostStaying} more" : "")}\n");
        }

        return text.Length == 0 ? "" : $"They stay locked:\n{text}To go on with them: grafana-auto-disable pending shows who waits; approve uid:… lets one in, reject uid:… --delete removes one.\n";
    }

    private static void Name(List<GrafanaUser> ready, StringBuilder text)
    {
        foreach (var user in ready.Take(Most)) text.Append("  ").Append(Commands.Name(user)).Append('\n');
        if (ready.Count > Most) text.Append(CultureInfo.InvariantCulture, $"  and {ready.Count - Most} more\n");
    }

    private static JsonObject Json(List<GrafanaUser> ready, AccountBook book, Func<Account, DateTimeOffset> at) => new()
    {
        [FoundDecisions.Until] = ready.Max(user => at(book.Find(user)!)),
        ["count"] = ready.Count,
        ["accounts"] = new JsonArray([.. ready.Take(Commands.PendingPart).Select(user => JsonValue.Create(DecisionRules.Selector(user)))]),
    };
}
