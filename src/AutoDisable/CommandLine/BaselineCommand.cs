using System.CommandLine;
using System.Globalization;
using Athena.AutoDisable.Notify.Mails;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary>
/// <c>baseline</c>: who is let be, decided once by a person before the first start. The daemon never makes one by itself: it would let
/// in whoever happens to be there, or lock the whole hospital out.
/// </summary>
internal static class BaselineCommand
{
    private static readonly TimeSpan Young = TimeSpan.FromDays(7);

    public static void AddTo(WorkerProgram<AutoDisableSettings> program)
    {
        var before = new Option<string?>("--before")
        {
            Description =
                "Admit those made at least 14 hours before this time (2026-11-20 or 2026-11-20T18:00:00+02:00), for Grafana's times may "
                + "be of another zone; the others are new. Does not ask.",
        }
            .IsTime("2026-11-20 or 2026-11-20T18:00:00+02:00");
        var all = new Option<bool>("--all") { Description = "Admit everybody who is there. Does not ask." };
        var list = new Option<bool>("--list") { Description = "Show all accounts, the youngest first, and end." };
        var command = program.Add("baseline", "Before the first start: remembers who is there; shows the youngest accounts and asks.",
            (context, parse, cancel) => parse.GetValue(list)
                ? ListAsync(context, cancel)
                : RunAsync(context, parse.GetValue(before), parse.GetValue(all), cancel));
        foreach (var option in (Option[])[before, all, list]) command.Options.Add(option);
        command.Excludes(before, all);
        command.Excludes(list, before);
        command.Excludes(list, all);
    }

    private static async Task<int> RunAsync(WorkerContext<AutoDisableSettings> context, string? text, bool all, CancellationToken cancel)
    {
        DateTimeOffset? limit = null;
        if (text is not null)
        {
            if (!TimeArgument.TryParse(text, context.Settings.Mail.TimeZone, out var parsed))
                return context.Print(new ControlReply(
                    ExitCode.Usage, $"--before {text}: is no time, write 2026-11-20 or 2026-11-20T18:00:00+02:00."));
            limit = parsed;
        }

        await using var site = AutoDisableSite.Open(context);
        if (site.Store.Load() is not StateLoad<AutoDisableState>.Absent)
        {
            return context.Print(new ControlReply(ExitCode.Fault,
                $"There is a baseline already in {context.Common.StateDirectory}. To let somebody in: approve; to lock somebody: reject. "
                + "To start over, stop the daemon and move state.json and state.previous.json away."));
        }

        var (users, problem) = await ListAsync(site.Grafana, cancel).ConfigureAwait(false);
        if (users is null) return context.Print(new ControlReply(ExitCode.Fault, problem!));

        var now = context.Time.GetUtcNow();
        var young = users.Where(user => !user.IsDisabled && !AdmissionPolicy.IsOlderThan(now - Young, user))
            .OrderByDescending(user => user.Created).ToList();
        Show(context, users, young);
        var found = await BornLockedFound.SentenceAsync(context.Settings, users, context.Time, cancel).ConfigureAwait(false);
        if (found is not null && !context.IsJson) context.Out.WriteLine(found);
        if (limit is null && !all)
        {
            if (!Console.IsInteractive)
                return context.Print(new ControlReply(ExitCode.Usage, "Nobody is there to be asked. Decide with --before TIME or --all."));
            if (young.Count > 0
                && !Console.Confirm(context,
                    $"Admit these {young.Count} too? With no they count as new: they are locked when the daemon starts, and you are asked "
                    + "by mail."))
                limit = now - Young;
        }

        var (adopted, left) = AutoDisableMigration.Judge(users, null, limit, AdmissionPolicy.ClockSlack);
        var state = Empty(context);
        state.Accounts.AddRange(adopted);
        if (limit is { } before) state.LastCompleteLook = before; // Who came after it is new, and no sign of a restored database.
        if (!site.Store.TryCompact(state, out var refused))
            return context.Print(new ControlReply(ExitCode.Fault, refused ?? "The state could not be written."));
        Record(site, context, state.Accounts.Count, left.Count, Console.User);
        await TellAsync(site, context, users, state, left, Console.User, cancel).ConfigureAwait(false);
        return context.Print(new ControlReply(ExitCode.Ok,
            $"Baseline made: {state.Accounts.Count(a => a.Status == AccountStatus.Admitted)} admitted, "
            + $"{state.Accounts.Count(a => a.Status == AccountStatus.DisabledBefore)} were disabled already, {left.Count} count as new "
            + $"and will be locked.\nNow start the daemon: sudo systemctl start {Identity.Worker.Daemon}"));
    }

    private static async Task<int> ListAsync(WorkerContext<AutoDisableSettings> context, CancellationToken cancel)
    {
        await using var grafana = new GrafanaClient(context.Settings.Grafana.ForCommand(context.Common.StateDirectory), context.Time);
        var (users, problem) = await ListAsync(grafana, cancel).ConfigureAwait(false);
        if (users is null) return context.Print(new ControlReply(ExitCode.Fault, problem!));
        var writing = AccountList.WriteAsync(users, users.Count, grafana, context.Zone, cancel);
        await ProgressLine.WhileAsync(context, "asking for the role of each…", writing).ConfigureAwait(false);
        return context.Print(new ControlReply(ExitCode.Ok, await writing.ConfigureAwait(false)));
    }

    /// <summary>Where the list does not say when an account was made, its own record does.</summary>
    internal static async Task<(IReadOnlyList<GrafanaUser>? Users, string? Problem)> ListAsync(IGrafana grafana, CancellationToken cancel)
    {
        var answer = await grafana.AllUsersAsync(cancel).ConfigureAwait(false);
        if (!answer.IsDone) return (null, answer.Detail);

        var users = new List<GrafanaUser>();
        foreach (var part in answer.Value.Chunk(8))
        {
            users.AddRange(await Task.WhenAll(part.Select(async user =>
                user.Created is null && (await grafana.UserAsync(user.Id, cancel).ConfigureAwait(false)).Value?.Created is { } created
                    ? user with { Created = created }
                    : user)).ConfigureAwait(false));
        }

        return (users, null);
    }

    private static void Show(WorkerContext<AutoDisableSettings> context, IReadOnlyList<GrafanaUser> users, IReadOnlyList<GrafanaUser> young)
    {
        if (context.IsJson) return;
        context.Out.WriteLine($"{users.Count} accounts, {users.Count(u => u.IsDisabled)} of them disabled.");
        context.Out.WriteLine(young.Count == 0
            ? "None that is enabled is younger than 7 days."
            : "Enabled and younger than 7 days (or of unknown age):");
        foreach (var user in young)
        {
            context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {user.Created:yyyy-MM-dd HH:mm}  uid:{user.Uid}  id {user.Id}  {UntrustedText.Visible(user.Name, 30)} "
                + $"<{UntrustedText.Visible(user.Email, 50)}>{(user.IsAdmin ? "  SERVER ADMIN" : "")}"));
        }
    }

    /// <summary>A memory without accounts that begins now, with the log as it is now.</summary>
    internal static AutoDisableState Empty(WorkerContext<AutoDisableSettings> context)
    {
        var now = context.Time.GetUtcNow();
        using var log = context.Settings.Log.Follow(context.Time);
        log.Open(null);
        return new AutoDisableState
        {
            GrafanaUrl = context.Settings.Grafana.Url,
            BaselineAt = now,
            LastCompleteLook = now,
            Log = log.Read(_ => { }).Position, // What is logged from here on is the daemon's.
        };
    }

    internal static void Record(AutoDisableSite site, WorkerContext<AutoDisableSettings> context, int remembered, int left, string by) =>
        site.Audit.Append(new AuditEntry("baseline", "baseline", $"{remembered} accounts remembered, {left} left as new",
            new Dictionary<string, string> { ["by"] = by, ["grafana"] = context.Settings.Grafana.Url }));

    internal static async Task TellAsync(
        AutoDisableSite site, WorkerContext<AutoDisableSettings> context, IReadOnlyList<GrafanaUser> users, AutoDisableState state,
        IReadOnlyList<GrafanaUser> left, string by, CancellationToken cancel)
    {
        site.Outbox.Put(new BaselineMail(context.Settings.Mail).Write(state, users, left, by));
        await site.Outbox.DeliverDueAsync(cancel).ConfigureAwait(false);
        if (site.Outbox.Queues[0].Summary is { Waiting: > 0, LastProblem: { } problem })
            await context.Error.WriteLineAsync(
                $"The mail about it could not be sent yet ({VisibleText.Escape(problem)}); the daemon goes on trying. See: "
                + $"{Identity.Worker.Daemon} check").ConfigureAwait(false);
    }
}
