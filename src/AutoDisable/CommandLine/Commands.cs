using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// What an admin can ask of the gate by command. Runs inside the daemon (by its control socket) or, while that is stopped, in the
/// command's own process; the same code either way.
/// </summary>
internal sealed class Commands(
    IGrafana grafana,
    Reconciler reconciler,
    SerialExecutor lane,
    AutoDisableMemory memory,
    ReconcilerWork work,
    Decisions decisions,
    BornLockedWatch bornLocked,
    Reporting reporting,
    AutoDisableOptions options,
    TimeProvider time)
{
    /// <summary>What only asks, and so leaves nothing that would have to be written down.</summary>
    private static readonly string[] Questions = ["pending", "about", "review", "drill-progress", DecisionRequests.Page];

    private readonly TimeZoneInfo zone = options.TimeZone ?? TimeZoneInfo.Utc;
    private readonly ZoneText clock = new(options.TimeZone ?? TimeZoneInfo.Utc);

    /// <summary>Runs a command by name; an unknown one is refused in a sentence.</summary>
    /// <param name="isDaemon">False for a command that works in its place; each look of a daemon writes what could not be written.</param>
    public async Task<ControlReply> ExecuteAsync(ControlRequest request, CancellationToken cancel, bool isDaemon = true)
    {
        var reply = await lane.RunAsync(() => RunAsync(request, cancel));
        return UnwrittenState.Tell(reply, memory.SaveProblem, Questions.Contains(request.Command), isDaemon);
    }

    private Task<ControlReply> RunAsync(ControlRequest request, CancellationToken cancel)
    {
        string? Argument(string name) => request.Arguments.GetValueOrDefault(name);
        var by = Argument("by") ?? "a command";
        var reason = Argument("reason") ?? "";
        return request.Command switch
        {
            "pending" => Task.FromResult(new PendingList(memory, work.FoundEnabled, clock, time).Answer(Argument("after"))),
            "approve" => ApproveAsync(Argument("who") ?? "", request, by, reason, cancel),
            "reject" => RejectAsync(Argument("who") ?? "", request, by, reason, cancel),
            "about" when Argument("for") == "imported" => decisions.Groups.AboutImportedAsync(cancel),
            "about" when Argument("for") == "made-by" => decisions.Groups.AboutMadeByAsync(Argument("who") ?? "", cancel),
            "made-by" => decisions.Groups.ApproveMadeByAsync(
                Argument("who") ?? "",
                FoundDecisions.TimeOf(Argument(FoundDecisions.Until)),
                new Decision(time.GetUtcNow(), by, reason),
                cancel),
            "imported" => decisions.Groups.LetBackAsync(
                FoundDecisions.TimeOf(Argument(FoundDecisions.Until)), new Decision(time.GetUtcNow(), by, reason), cancel),
            "about" when Argument("for") == "found" => decisions.Found.AboutAsync(Argument("who"), cancel),
            "about" => AboutAsync(Argument("who") ?? "", request, cancel),
            "found" => decisions.Found.DecideAsync(
                Argument("verdict") ?? "", Argument("who"), FoundDecisions.TimeOf(Argument(FoundDecisions.Until)),
                new Decision(time.GetUtcNow(), by, reason), cancel),
            "review" => ReviewAsync(cancel),
            "undo" => UndoAsync(Argument("who") ?? "", request, by, cancel),
            DecisionPinCommand.Name => Task.FromResult(
                decisions.Pins.Execute(Argument("what") ?? "", Argument("who") ?? "", Argument("hash"), by)),
            DecisionRequests.Page => Task.FromResult(decisions.Links.Page(request)),
            DecisionRequests.Decide => DecideByLinkAsync(request, by, cancel),
            ExpectedAccount.Command => Task.FromResult(Expect(Argument("login") ?? "", by)),
            "born-locked-installed" => Task.FromResult(ExpectBornLocked()),
            "born-locked-removed" => Task.FromResult(ForgetBornLocked()),
            "drill" => DrillAsync(by, Argument("mail") != "no", cancel),
            "drill-progress" => Task.FromResult(DrillProgress()),
            "accept-database" => AcceptDatabaseAsync(Argument("confirm") == "yes", by, cancel),
            _ => Task.FromResult(new ControlReply(
                1, $"The running daemon does not know the command {request.Command}: is it of another version? Restart it.")),
        };
    }

    /// <summary>Whoever owns it now is who installed it.</summary>
    private ControlReply ExpectBornLocked()
    {
        bornLocked.Expect();
        memory.Save();
        return new ControlReply(0, "The daemon knows that new accounts are to be born locked.\n");
    }

    /// <summary>What is gone from the database was removed on purpose.</summary>
    private ControlReply ForgetBornLocked()
    {
        bornLocked.Forget();
        reporting.Events.BornLocked("removed", "New accounts are no longer born locked, on purpose; they are locked by this daemon.");
        memory.Save();
        return new ControlReply(0, "The daemon no longer expects new accounts to be born locked.\n");
    }

    /// <summary>Only what <c>account create</c> draws at random, so that nobody can be named here whom a stranger could be.</summary>
    private ControlReply Expect(string login, string by)
    {
        if (!ExpectedAccount.IsDrawn(login)) return Refused("That is no login of an account for the daemons.");
        work.Approvals.Expect(login, new Decision(time.GetUtcNow(), by, "account create"));
        memory.Save();
        return new ControlReply(0, $"{login} is expected and will be left alone.\n");
    }

    private async Task<ControlReply> ApproveAsync(string who, ControlRequest request, string by, string reason, CancellationToken cancel)
    {
        string? Given(string name) => request.Arguments.GetValueOrDefault(name);
        var (role, org, until) = (Given("role"), Given("org"), Given("until"));
        DateTimeOffset? end = null;
        if (until is not null)
        {
            if (!TimeArgument.TryParseEnd(until, zone, out var parsed) || parsed <= time.GetUtcNow())
                return Misused("--until must be a day or time to come, as in 2027-03-31 or 2027-03-31T18:00:00+02:00.");
            end = parsed;
        }

        if (role is not (null or "Viewer" or "Editor" or "Admin")) return Misused("--role must be Viewer, Editor or Admin.");
        if (!long.TryParse(org ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var orgId))
            return Misused("--org must be the number of an organisation.");
        if (orgId > 0 && role is null) return Misused("--org says where the role is given, so --role is needed with it.");
        var (user, _, refusal) = await FindAsync(who, cancel);
        if (user is null) return refusal!;
        if (TooLate(request) is { } why) return why;

        var before = memory.Book.Find(user)?.Until;
        var account = work.Approvals.Approve(user, new Decision(time.GetUtcNow(), by, reason), role, orgId, end);
        memory.Save(); // The intent: a crash from here on is carried on at the next start.
        await reconciler.WorkAsync(cancel);
        return account.Approving is null
            ? new ControlReply(0,
                $"Approved {Name(user)}{(end is { } at ? $", until {clock.Minute(at)}" : "")}. The "
                + "account is enabled in Grafana."
                + $"{(end is null && before is { } was ? $" It no longer ends at {clock.Minute(was)}." : "")}{WayBack(user, request)}\n")
            : new ControlReply(1,
                $"The approval of {Name(user)} is noted, but could not be carried out yet: {account.Approving.Problem} The running daemon "
                + "goes on trying; grafana-auto-disable pending shows it.\n");
    }

    /// <summary>By somebody who followed a link: about the matter that it names, or not at all.</summary>
    private async Task<ControlReply> DecideByLinkAsync(ControlRequest request, string by, CancellationToken cancel)
    {
        if (TooLate(request) is { } refusal) return refusal;
        var account = memory.Book.FindByRef(request.Arguments["who"])!;
        var (who, reason) = (EventRecorder.Selector(account), request.Arguments.GetValueOrDefault("reason") ?? "");
        var choice = LinkDecisions.ChoiceOf(request);
        var reply = choice switch
        {
            DecisionChoice.Approve => await ApproveAsync(who, request, by, reason, cancel),
            DecisionChoice.Reject => await RejectAsync(who, request, by, reason, cancel),
            DecisionChoice.Undo => await UndoAsync(who, request, by, cancel),
        };
        return DecisionDesk.ReadAnswer(reply) is null ? LinkDecisions.Answer(choice, account, reply) : reply;
    }

    /// <summary>
    /// What whoever followed a link is told when somebody else was first; null for commands, which have the last word. Asked again where
    /// the decision is written down: until there Grafana is asked this and that, and others have their turn.
    /// </summary>
    private ControlReply? TooLate(ControlRequest request) =>
        request.Command == DecisionRequests.Decide ? decisions.Links.Refusal(request) : null;

    /// <summary>Takes back what was decided last: the account is locked and waits, and everybody is asked again.</summary>
    private async Task<ControlReply> UndoAsync(string who, ControlRequest request, string by, CancellationToken cancel)
    {
        var (user, all, refusal) = await FindAsync(who, cancel);
        if (user is null) return refusal!;
        if (TooLate(request) is { } late) return late;
        var account = memory.Book.Find(user);
        if (DecisionRules.WhyNotUndo(account, decisions.UndoFor, time.GetUtcNow()) is { } why) return Refused(why);
        if (RefusalToReject(user, all, who, request) is { } against) return against;
        work.Approvals.Undo(account!, user, by);
        memory.Save();
        await reconciler.WorkAsync(cancel);
        return account is { Status: AccountStatus.Locked }
            ? new ControlReply(0, $"Taken back: {Name(user)} is locked and waits for a decision.\n")
            : new ControlReply(1,
                $"It is taken back, but {Name(user)} could not be locked yet: {account!.Case?.Problem} The daemon goes on trying.\n");
    }

    /// <summary>Who it is, before anything is decided about them; a rejection that would be refused is refused here.</summary>
    private async Task<ControlReply> AboutAsync(string who, ControlRequest request, CancellationToken cancel)
    {
        var (user, all, refusal) = await FindAsync(who, cancel);
        if (user is null) return refusal!;
        if (request.Arguments.GetValueOrDefault("for") == "reject"
            && (RefusalToReject(user, all, who, request) ?? Already(user, request)) is { } against)
            return against;
        if (request.Arguments.GetValueOrDefault("for") == "undo"
            && DecisionRules.WhyNotUndo(memory.Book.Find(user), decisions.UndoFor, time.GetUtcNow()) is { } why)
            return Refused(why);
        var organisations = await grafana.OrganisationsOfAsync(user.Id, cancel);
        var dossier = new Dossier(
            user, memory.Book.Find(user), organisations.IsDone ? organisations.Value : null, memory.State.BaselineAt, clock);
        return new ControlReply(0, dossier.ToText(), dossier.ToJson().ToText());
    }

    private ControlReply? RefusalToReject(GrafanaUser user, IReadOnlyList<GrafanaUser> all, string who, ControlRequest request) =>
        DecisionRules.RefusalToReject(
            user, memory.Book.Find(user), all, reconciler.OurLogId, request.Arguments.GetValueOrDefault("delete") == "yes",
            request.Arguments.GetValueOrDefault("serverAdmin") == "yes", who);

    /// <summary>For who decides by command; a page or a chat offers it itself.</summary>
    private string WayBack(GrafanaUser user, ControlRequest request) =>
        decisions.UndoFor > TimeSpan.Zero && request.Command != DecisionRequests.Decide
            ? $" For {Duration.Write(decisions.UndoFor)} that can be taken back: sudo grafana-auto-disable undo "
                + DecisionRules.Selector(user)
            : "";

    /// <summary>
    /// A rejection that stands is no second one, with another line in the audit and another mail; null where something is to be done.
    /// </summary>
    private ControlReply? Already(GrafanaUser user, ControlRequest request) =>
        user.IsDisabled && memory.Book.Find(user) is { Status: AccountStatus.Rejected }
        && request.Arguments.GetValueOrDefault("delete") != "yes" && request.Arguments.GetValueOrDefault("reason") is null or ""
            ? new ControlReply(0, $"{Name(user)} is rejected already, and locked. Nothing was done.\n")
            : null;

    private async Task<ControlReply> RejectAsync(string who, ControlRequest request, string by, string reason, CancellationToken cancel)
    {
        bool Given(string name) => request.Arguments.GetValueOrDefault(name) == "yes";
        var delete = Given("delete");
        var (user, all, refusal) = await FindAsync(who, cancel);
        if (user is null) return refusal!;
        if ((RefusalToReject(user, all, who, request) ?? Already(user, request)) is { } against) return against;

        if (memory.Book.Find(user) is { Case: not null } known)
        {
            await work.Exposures.TakeNowAsync(known, cancel);
            memory.Save();
            if (!delete) work.Exposures.TellIfUntold(known);
            else if (await decisions.Blockers.StandAgainstAsync(known, Given("withObjects"), Given("settled"), cancel) is { } left)
                return Refused(left);
        }

        if (TooLate(request) is { } late) return late;
        var decision = new Decision(time.GetUtcNow(), by, reason) { IsReasonTold = Given("tell") };
        var account = work.AccountLocker.Open(user, memory.Book.Find(user), Arrival.Unknown, decision);
        account.Case!.Delete = delete;
        memory.Save();
        await reconciler.WorkAsync(cancel);
        return account.Status == AccountStatus.Rejected
            ? new ControlReply(0, $"Rejected {Name(user)}: {(delete ? "deleted." : $"locked.{WayBack(user, request)}")}\n")
            : new ControlReply(1,
                $"{Name(user)} is to be {(delete ? "deleted" : "locked")}, but that has not worked yet: {account.Case?.Problem} The "
                + "daemon goes on trying.\n");
    }

    /// <summary>Who has access, by whose word, and who does not use it.</summary>
    private async Task<ControlReply> ReviewAsync(CancellationToken cancel)
    {
        var answer = await grafana.AllUsersAsync(cancel);
        if (!answer.IsDone) return Refused(answer.Detail);
        var rows = Review.Of(answer.Value, memory.Book, time.GetUtcNow());
        var table = new TextTable("", "ACCOUNT", "ID", "LAST SEEN", "ACCESS", "E-MAIL", "NAME");
        foreach (var (user, word, since, until, lastSeen, isUnused) in rows)
        {
            table.Add(
                isUnused ? "UNUSED" : "", DecisionRules.Selector(user), user.Id.ToString(CultureInfo.InvariantCulture),
                lastSeen is { } seen ? clock.Day(seen) : "never",
                $"{word}{(since is { } at ? $" {clock.Day(at)}" : "")}{(until is { } end ? $", until {clock.Minute(end)}" : "")}",
                UntrustedText.Visible(user.Email, 80), UntrustedText.Visible(user.Name, 60));
            if (user.Login != user.Email) table.AddBelow($"login {UntrustedText.Visible(user.Login, 80)}");
        }

        var text = new StringBuilder(table.ToString());
        text.Append(CultureInfo.InvariantCulture,
            $"{rows.Count} accounts have access, {rows.Count(r => r.IsUnused)} have not been seen for 90 days. To lock one: sudo "
            + $"grafana-auto-disable reject uid:…\n");
        if ((await grafana.ServerSettingsAsync(cancel)).Value is { } server)
            foreach (var line in Posture.ToMend(server, options.PublicUrl)) text.Append($"{line.What} → {line.Remedy}\n");
        return new ControlReply(0, text.ToString(), new JsonArray([.. rows.Select(Describe)]).ToText());
    }

    /// <summary>Accepts the accounts of a restored or imported database as they are.</summary>
    private async Task<ControlReply> AcceptDatabaseAsync(bool confirmed, string by, CancellationToken cancel)
    {
        if (!reporting.Troubles.Has(TroubleKind.UnknownDatabase))
            return new ControlReply(
                0, "There is nothing to accept: this is the Grafana that the daemon knows.\n", """{"exitCode":0,"accounts":0}""");
        var answer = await grafana.AllUsersAsync(cancel);
        if (!answer.IsDone) return Refused(answer.Detail);

        var facts = memory.Facts(reconciler.OurLogId, time.GetUtcNow()) with { UnknownDatabase = true };
        var users = await reconciler.WithAgesAsync(answer.Value, cancel);
        var strangers = users.Where(u => memory.Book.Find(u) is null && AdmissionPolicy.Decide(u, null, facts) == Admission.LeaveStranger)
            .ToList();
        var present = answer.Value.Select(memory.Book.Find).OfType<Account>().ToHashSet();
        var missing = memory.Book.All.Where(a => !present.Contains(a)).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{strangers.Count} accounts would be admitted as they are, {missing.Count} known ones are missing and would be forgotten:\n");
        foreach (var user in strangers)
            text.Append(CultureInfo.InvariantCulture, $"  {(user.IsDisabled ? "disabled" : "ENABLED ")}  {Name(user)}\n");
        if (!confirmed) return new ControlReply(0, text.ToString());

        foreach (var user in strangers)
        {
            var account = work.Approvals.Remember(user);
            if (user.IsDisabled) account.Status = AccountStatus.DisabledBefore;
            reporting.Events.AdmittedByCommand(account, by);
        }

        foreach (var account in missing) memory.Book.Remove(account);
        memory.State.LastCompleteLook = time.GetUtcNow();
        memory.State.StrangeListTo = null;
        reporting.Troubles.End(TroubleKind.UnknownDatabase);
        await reconciler.WorkAsync(cancel);
        return new ControlReply(0, text.Append("Accepted.\n").ToString());
    }

    /// <summary>
    /// Begins a drill and answers at once: the gate must be free to find the account. How it goes on <c>drill-progress</c> tells.
    /// </summary>
    private async Task<ControlReply> DrillAsync(string by, bool withMail, CancellationToken cancel) =>
        await work.Drills.BeginAsync(by, withMail, cancel) is { } refusal ? Refused(refusal) : DrillProgress();

    private ControlReply DrillProgress()
    {
        if (work.Drills.Last is not { } run) return Refused("There was no drill yet.");
        var json = DrillText.ToJson(run);
        json["steps"] = new JsonArray([.. DrillText.Steps(run).Select(step => JsonValue.Create(step))]);
        json["sentence"] = DrillText.Result(run);
        return new ControlReply(0, DrillText.Result(run) + "\n", json.ToText());
    }

    private async Task<(GrafanaUser? User, IReadOnlyList<GrafanaUser> All, ControlReply? Refusal)> FindAsync(
        string who, CancellationToken cancel)
    {
        await reconciler.LookAsync(cancel); // Whoever just came is thereby known, and we know who we are.
        var answer = await grafana.AllUsersAsync(cancel);
        if (!answer.IsDone) return (null, [], Refused(answer.Detail));
        var matches = AccountSelector.Matches(answer.Value, who);
        if (matches.Count == 1)
        {
            return memory.Book.Find(matches[0])?.Case is { IsDrill: true }
                ? (null, [], Refused("That account belongs to the drill, which deletes it by itself. See: grafana-auto-disable status"))
                : (matches[0], answer.Value, null);
        }

        if (matches.Count == 0)
            return (null, [], Refused(
                $"Nobody in Grafana fits \"{UntrustedText.Visible(who, 80)}\". Name the account by uid:, id:, login: or email:, as "
                + "grafana-auto-disable pending shows."));

        var text = new StringBuilder("That fits more than one account; say which, by its uid:\n");
        foreach (var user in matches) text.Append("  ").Append(Name(user)).Append('\n');
        return (null, [], Refused(text.ToString()));
    }

    private static ControlReply Misused(string sentence) => new(ExitCode.Usage, sentence + "\n");

    internal static ControlReply Refused(string sentence) => new(1, sentence.EndsWith('\n') ? sentence : sentence + "\n");

    internal static string Name(GrafanaUser user) => string.Create(CultureInfo.InvariantCulture,
        $"{(user.Uid is { } uid ? $"uid:{uid}" : $"id:{user.Id}")}  id {user.Id}  {UntrustedText.Visible(user.Name, 30)} "
        + $"<{UntrustedText.Visible(user.Email, 50)}>, login {UntrustedText.Visible(user.Login, 50)}");

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
}
