using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.Drills;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Exposures;
using Athena.AutoDisable.Mails;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Time;

namespace Athena.AutoDisable;

/// <summary>
/// What an admin can ask of the gate by command. Runs inside the daemon (by its control socket) or, while that is stopped, in the
/// command's own process; the same code either way.
/// </summary>
internal sealed class Commands(
    IGrafana grafana,
    Gate gate,
    OneAtATime lane,
    GateMemory memory,
    Locksmith locksmith,
    Approvals approvals,
    Finds finds,
    FoundDecisions found,
    GroupApprovals groups,
    ExposureWork exposures,
    Leftovers leftovers,
    DrillWork drills,
    Troubles troubles,
    BornLockedWatch bornLocked,
    Chronicle chronicle,
    TimeZoneInfo zone,
    TimeProvider time)
{
    /// <summary>Accounts in one answer of <c>pending</c>: strangers may be many, and an answer lies in memory three times.</summary>
    public const int PendingPart = 500;

    /// <summary>Runs a command by name; an unknown one is refused in a sentence.</summary>
    public async Task<ControlReply> ExecuteAsync(ControlRequest request, CancellationToken cancel)
    {
        var reply = await lane.RunAsync(() => RunAsync(request, cancel));
        return memory.SaveProblem is { } problem
            ? reply with { ExitCode = 1, Text = $"{reply.Text}But it could not be written down and a restart would forget it: {problem} Make room, then repeat the command.\n" }
            : reply;
    }

    private Task<ControlReply> RunAsync(ControlRequest request, CancellationToken cancel)
    {
        string? Argument(string name) => request.Arguments.GetValueOrDefault(name);
        var by = Argument("by") ?? "a command";
        var reason = Argument("reason") ?? "";
        return request.Command switch
        {
            "pending" => Task.FromResult(Pending(Argument("after"))),
            "approve" => ApproveAsync(Argument("who") ?? "", Argument("role"), Argument("org"), Argument("until"), by, reason, cancel),
            "reject" => RejectAsync(Argument("who") ?? "", request, by, reason, cancel),
            "about" when Argument("for") == "imported" => groups.AboutImportedAsync(cancel),
            "about" when Argument("for") == "made-by" => groups.AboutMadeByAsync(Argument("who") ?? "", cancel),
            "made-by" => groups.ApproveMadeByAsync(Argument("who") ?? "", FoundDecisions.TimeOf(Argument(FoundDecisions.Until)), new Decision(time.GetUtcNow(), by, reason), cancel),
            "imported" => groups.LetBackAsync(FoundDecisions.TimeOf(Argument(FoundDecisions.Until)), new Decision(time.GetUtcNow(), by, reason), cancel),
            "about" when Argument("for") == "found" => found.AboutAsync(Argument("who"), cancel),
            "about" => AboutAsync(Argument("who") ?? "", request, cancel),
            "found" => found.DecideAsync(
                Argument("verdict") ?? "", Argument("who"), FoundDecisions.TimeOf(Argument(FoundDecisions.Until)),
                new Decision(time.GetUtcNow(), by, reason), cancel),
            "review" => ReviewAsync(cancel),
            ExpectedAccount.Command => Task.FromResult(Expect(Argument("login") ?? "", by)),
            "born-locked-removed" => Task.FromResult(ForgetBornLocked()),
            "drill" => DrillAsync(by, Argument("mail") != "no", cancel),
            "drill-progress" => Task.FromResult(DrillProgress()),
            "accept-database" => AcceptDatabaseAsync(Argument("confirm") == "yes", by, cancel),
            _ => Task.FromResult(new ControlReply(1, $"The running daemon does not know the command {request.Command}: is it of another version? Restart it.")),
        };
    }

    /// <summary>What is gone from the database was removed on purpose.</summary>
    private ControlReply ForgetBornLocked()
    {
        bornLocked.Forget();
        chronicle.BornLocked("removed", "New accounts are no longer born locked, on purpose; they are locked by this daemon.");
        memory.Save();
        return new ControlReply(0, "The daemon no longer expects new accounts to be born locked.\n");
    }

    /// <summary>Only what <c>account create</c> draws at random, so that nobody can be named here whom a stranger could be.</summary>
    private ControlReply Expect(string login, string by)
    {
        if (!ExpectedAccount.IsDrawn(login)) return Refused("That is no login of an account for the daemons.");
        approvals.Expect(login, new Decision(time.GetUtcNow(), by, "account create"));
        memory.Save();
        return new ControlReply(0, $"{login} is expected and will be let be.\n");
    }

    /// <summary>Who is locked and waits, oldest first, and who could not be locked: <see cref="PendingPart"/> of them.</summary>
    /// <param name="after">Whose part was the end of the answer before, as it said; null begins.</param>
    private ControlReply Pending(string? after)
    {
        var waiting = memory.Book.All
            .Where(a => a is { Status: AccountStatus.Locked or AccountStatus.Locking or AccountStatus.AtDoor, Case.IsDrill: false, Found: null })
            .OrderBy(a => a.Case!.OpenedAt).ThenBy(a => a.Id).ToList();
        var begin = after is null ? 0 : waiting.FindIndex(account => string.CompareOrdinal(Place(account), after) > 0);
        var part = begin < 0 ? [] : waiting.GetRange(begin, Math.Min(PendingPart, waiting.Count - begin));
        var next = part.Count == PendingPart ? Place(part[^1]) : null;
        var held = after is null ? finds.Held.ToList() : [];
        var text = new StringBuilder();
        foreach (var account in held)
        {
            text.Append(CultureInfo.InvariantCulture, $"FOUND ENABLED, inside  {Chronicle.Selector(account)}  id {account.Id}  {Called(account)}  {Chronicle.Standing(account)}\n")
                .Append(CultureInfo.InvariantCulture, $"    To accept it: grafana-auto-disable approve --found {Chronicle.Selector(account)}; to lock it: grafana-auto-disable relock --found {Chronicle.Selector(account)}\n");
        }

        foreach (var account in part) Describe(account, text);
        if (next is null) DescribeEnd(waiting, text);
        return new ControlReply(0, text.ToString(), new JsonArray([.. held.Concat(part).Select(Describe)]).ToJsonString(), next);

        static string Place(Account account) => string.Create(CultureInfo.InvariantCulture, $"{account.Case!.OpenedAt.UtcTicks:d19} {account.Id:d19}");
    }

    private void Describe(Account account, StringBuilder text)
    {
        var open = account.Case!;
        var state = account.Status != AccountStatus.Locked ? "STILL INSIDE" : DeadlinePolicy.IsStale(open.Reminded) ? "stale" : "locked";
        text.Append(CultureInfo.InvariantCulture, $"{state}  {Chronicle.Selector(account)}  id {account.Id}  ")
            .Append(Called(account)).Append("  ")
            .Append(CultureInfo.InvariantCulture, $"waits for {Chronicle.Duration(time.GetUtcNow() - open.OpenedAt)}{(open.Exposure is { Queries: > 0 } taken ? $"  {ExposureText.Queried(taken)}" : "")}{(Wording.ServerAdmin(open) is { } admin ? $"  SERVER ADMIN: {ExposureText.Plain(admin)}" : "")}\n");
        if (open.Problem is { } problem) text.Append("    ").Append(problem).Append('\n');
    }

    private void DescribeEnd(List<Account> waiting, StringBuilder text)
    {
        foreach (var account in memory.Book.All.Where(a => a.Approving?.Problem is not null))
            text.Append(CultureInfo.InvariantCulture, $"approved, NOT DONE YET  {Chronicle.Selector(account)}  id {account.Id}  {account.Approving!.Problem}\n");

        text.Append(waiting.Count == 0 ? "Nobody waits for a decision.\n" : $"{waiting.Count} waiting. To approve: sudo grafana-auto-disable approve {Chronicle.Selector(waiting[0])}\n");
    }

    private async Task<ControlReply> ApproveAsync(
        string who, string? role, string? org, string? until, string by, string reason, CancellationToken cancel)
    {
        DateTimeOffset? end = null;
        if (until is not null)
        {
            if (!TimeArgument.TryParse(until, zone, out var parsed) || parsed <= time.GetUtcNow())
                return Misused("--until must be a day or time to come, as in 2027-03-31 or 2027-03-31T18:00:00+02:00.");
            end = parsed;
        }

        if (role is not (null or "Viewer" or "Editor" or "Admin")) return Misused("--role must be Viewer, Editor or Admin.");
        if (!long.TryParse(org ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var orgId)) return Misused("--org must be the number of an organisation.");
        if (orgId > 0 && role is null) return Misused("--org says where the role is given, so --role is needed with it.");
        var (user, _, refusal) = await FindAsync(who, cancel);
        if (user is null) return refusal!;

        var account = approvals.Approve(user, new Decision(time.GetUtcNow(), by, reason), role, orgId, end);
        memory.Save(); // The intent: a crash from here on is carried on at the next start.
        await gate.WorkAsync(cancel);
        return account.Approving is null
            ? new ControlReply(0, $"Approved {Name(user)}{(end is { } at ? $", until {TimeZoneInfo.ConvertTime(at, zone):yyyy-MM-dd HH:mm zzz}" : "")}.\n")
            : new ControlReply(1, $"The approval of {Name(user)} is noted, but could not be carried out yet: {account.Approving.Problem} The running daemon goes on trying; grafana-auto-disable pending shows it.\n");
    }

    /// <summary>Who it is, before anything is decided about them; a rejection that would be refused is refused here.</summary>
    private async Task<ControlReply> AboutAsync(string who, ControlRequest request, CancellationToken cancel)
    {
        var (user, all, refusal) = await FindAsync(who, cancel);
        if (user is null) return refusal!;
        if (request.Arguments.GetValueOrDefault("for") == "reject" && RefusalToReject(user, all, who, request) is { } against) return against;
        var organisations = await grafana.OrganisationsOfAsync(user.Id, cancel);
        var dossier = new Dossier(user, memory.Book.Find(user), organisations.IsDone ? organisations.Value : null, memory.State.BaselineAt);
        return new ControlReply(0, dossier.ToText(), dossier.ToJson().ToJsonString());
    }

    private ControlReply? RefusalToReject(GrafanaUser user, IReadOnlyList<GrafanaUser> all, string who, ControlRequest request) => DecisionRules.RefusalToReject(
        user, memory.Book.Find(user), all, gate.OurLogId, request.Arguments.GetValueOrDefault("delete") == "yes", request.Arguments.GetValueOrDefault("serverAdmin") == "yes", who);

    private async Task<ControlReply> RejectAsync(string who, ControlRequest request, string by, string reason, CancellationToken cancel)
    {
        bool Given(string name) => request.Arguments.GetValueOrDefault(name) == "yes";
        var delete = Given("delete");
        var (user, all, refusal) = await FindAsync(who, cancel);
        if (user is null) return refusal!;
        if (RefusalToReject(user, all, who, request) is { } against) return against;

        if (memory.Book.Find(user) is { Case: not null } known)
        {
            await exposures.TakeNowAsync(known, cancel);
            memory.Save();
            if (!delete) exposures.TellIfUntold(known);
            else if (await leftovers.StandAgainstAsync(known, Given("withObjects"), Given("settled"), cancel) is { } left) return Refused(left);
        }

        var account = locksmith.Open(user, memory.Book.Find(user), Arrival.Unknown, new Decision(time.GetUtcNow(), by, reason));
        account.Case!.Delete = delete;
        memory.Save();
        await gate.WorkAsync(cancel);
        return account.Status == AccountStatus.Rejected
            ? new ControlReply(0, $"Rejected {Name(user)}: {(delete ? "deleted" : "locked")}.\n")
            : new ControlReply(1, $"{Name(user)} is to be {(delete ? "deleted" : "locked")}, but that has not worked yet: {account.Case?.Problem} The daemon goes on trying.\n");
    }

    /// <summary>Who has access, by whose word, and who does not use it.</summary>
    private async Task<ControlReply> ReviewAsync(CancellationToken cancel)
    {
        var answer = await grafana.AllUsersAsync(cancel);
        if (!answer.IsDone) return Refused(answer.Detail);
        var rows = Review.Of(answer.Value, memory.Book, time.GetUtcNow());
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(row.IsUnused ? "UNUSED  " : "        ").Append(Name(row.User))
                .Append(CultureInfo.InvariantCulture, $"  {row.Word}{(row.Since is { } since ? $" {since:yyyy-MM-dd}" : "")}{(row.Until is { } until ? $", until {until:yyyy-MM-dd}" : "")}")
                .Append(CultureInfo.InvariantCulture, $"  last seen {(row.LastSeen is { } seen ? $"{seen:yyyy-MM-dd}" : "never")}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{rows.Count} accounts have access, {rows.Count(r => r.IsUnused)} have not been seen for 90 days. To lock one: grafana-auto-disable reject uid:…\n");
        return new ControlReply(0, text.ToString(), new JsonArray([.. rows.Select(Describe)]).ToJsonString());
    }

    /// <summary>Accepts the accounts of a restored or imported database as they are.</summary>
    private async Task<ControlReply> AcceptDatabaseAsync(bool confirmed, string by, CancellationToken cancel)
    {
        if (!troubles.Has(TroubleKind.UnknownDatabase)) return new ControlReply(0, "There is nothing to accept: this is the Grafana that the daemon knows.\n", """{"exitCode":0,"accounts":0}""");
        var answer = await grafana.AllUsersAsync(cancel);
        if (!answer.IsDone) return Refused(answer.Detail);

        var facts = memory.Facts(gate.OurLogId, time.GetUtcNow()) with { UnknownDatabase = true };
        var users = await gate.WithAgesAsync(answer.Value, cancel);
        var strangers = users.Where(u => memory.Book.Find(u) is null && AdmissionPolicy.Decide(u, null, facts) == Admission.LeaveStranger).ToList();
        var present = answer.Value.Select(memory.Book.Find).OfType<Account>().ToHashSet();
        var missing = memory.Book.All.Where(a => !present.Contains(a)).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{strangers.Count} accounts would be admitted as they are, {missing.Count} known ones are missing and would be forgotten:\n");
        foreach (var user in strangers) text.Append(CultureInfo.InvariantCulture, $"  {(user.IsDisabled ? "disabled" : "ENABLED ")}  {Name(user)}\n");
        if (!confirmed) return new ControlReply(0, text.ToString());

        foreach (var user in strangers)
        {
            var account = approvals.Remember(user);
            if (user.IsDisabled) account.Status = AccountStatus.DisabledBefore;
            chronicle.AdmittedByCommand(account, by);
        }

        foreach (var account in missing) memory.Book.Remove(account);
        memory.State.LastCompleteLook = time.GetUtcNow();
        memory.State.StrangeListTo = null;
        troubles.End(TroubleKind.UnknownDatabase);
        await gate.WorkAsync(cancel);
        return new ControlReply(0, text.Append("Accepted.\n").ToString());
    }

    /// <summary>Begins a drill and answers at once: the gate must be free to find the account. How it goes on <c>drill-progress</c> tells.</summary>
    private async Task<ControlReply> DrillAsync(string by, bool withMail, CancellationToken cancel) =>
        await drills.BeginAsync(by, withMail, cancel) is { } refusal ? Refused(refusal) : DrillProgress();

    private ControlReply DrillProgress()
    {
        if (drills.Last is not { } run) return Refused("There was no drill yet.");
        var json = DrillText.ToJson(run);
        json["steps"] = new JsonArray([.. DrillText.Steps(run).Select(step => JsonValue.Create(step))]);
        json["sentence"] = DrillText.Result(run);
        return new ControlReply(0, DrillText.Result(run) + "\n", json.ToJsonString());
    }

    private async Task<(GrafanaUser? User, IReadOnlyList<GrafanaUser> All, ControlReply? Refusal)> FindAsync(string who, CancellationToken cancel)
    {
        await gate.LookAsync(cancel); // Whoever just came is thereby known, and we know who we are.
        var answer = await grafana.AllUsersAsync(cancel);
        if (!answer.IsDone) return (null, [], Refused(answer.Detail));
        var matches = Who.Matches(answer.Value, who);
        if (matches.Count == 1)
        {
            return memory.Book.Find(matches[0])?.Case is { IsDrill: true }
                ? (null, [], Refused("That account belongs to the drill, which deletes it by itself. See: grafana-auto-disable status"))
                : (matches[0], answer.Value, null);
        }

        if (matches.Count == 0)
            return (null, [], Refused($"Nobody in Grafana fits \"{HostileText.Visible(who, 80)}\". Name him by uid:, id:, login: or email:, as grafana-auto-disable pending shows."));

        var text = new StringBuilder("That fits more than one account; say which, by its uid:\n");
        foreach (var user in matches) text.Append("  ").Append(Name(user)).Append('\n');
        return (null, [], Refused(text.ToString()));
    }

    private static ControlReply Misused(string sentence) => new(ExitCode.Usage, sentence + "\n");

    internal static ControlReply Refused(string sentence) => new(1, sentence.EndsWith('\n') ? sentence : sentence + "\n");

    internal static string Name(GrafanaUser user) => string.Create(CultureInfo.InvariantCulture,
        $"{(user.Uid is { } uid ? $"uid:{uid}" : $"id:{user.Id}")}  id {user.Id}  {HostileText.Visible(user.Name, 30)} <{HostileText.Visible(user.Email, 50)}>, login {HostileText.Visible(user.Login, 50)}");

    private static string Called(Account account) => account.Case is { Person: var person }
        ? $"{HostileText.Visible(person.Name, 30)} <{HostileText.Visible(person.Email, 50)}>"
        : "";

    private static JsonObject Describe(ReviewRow row) => new()
    {
        ["uid"] = row.User.Uid,
        ["id"] = row.User.Id,
        ["login"] = row.User.Login,
        ["email"] = row.User.Email,
        ["name"] = row.User.Name,
        ["by"] = row.Word,
        ["since"] = row.Since,
        ["until"] = row.Until,
        ["lastSeen"] = row.LastSeen,
        ["unused"] = row.IsUnused,
    };

    private static JsonObject Describe(Account account)
    {
        var open = account.Case!;
        return new JsonObject
        {
            ["uid"] = account.Uid,
            ["id"] = account.Id,
            ["state"] = account.Found is not null ? "found-enabled" : account.Status != AccountStatus.Locked ? "inside" : DeadlinePolicy.IsStale(open.Reminded) ? "stale" : "locked",
            ["name"] = open.Person.Name,
            ["email"] = open.Person.Email,
            ["login"] = open.Person.Login,
            ["since"] = open.OpenedAt,
            ["lockedAt"] = open.LockedAt,
            ["problem"] = open.Problem,
            ["queries"] = open.Exposure?.Queries,
            ["serverAdmin"] = open.ServerAdmin is not null,
            ["serverAdminBy"] = open.ServerAdmin?.By,
        };
    }
}
