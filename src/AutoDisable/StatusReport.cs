using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Drills;
using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Notifications;

namespace Athena.AutoDisable;

/// <summary>How the daemon is: one sentence for systemd, and the answer to <c>status</c>, which is asked for from other threads.</summary>
internal sealed class StatusReport(GateSite site, string logSource, bool isDryRun, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private volatile Snapshot seen = Snapshot.Of(site.Gate);

    public string LogSource => logSource;

    /// <summary>Takes down how the gate is now. To be called by the gate's own loop, on each round.</summary>
    public void Refresh() => seen = Snapshot.Of(site.Gate);

    /// <summary>One sentence.</summary>
    public string Sentence()
    {
        var now = seen;
        var mails = site.Outbox.Summary;
        var text = new StringBuilder(isDryRun ? "DRY RUN, nothing is changed. " : "");
        foreach (var trouble in now.Troubles) text.Append(GateEvents.Sentence(trouble.Kind)).Append(' ');
        if (now.Troubles.Count == 0) text.Append(now.LastLook is null ? "Looking at the user list. " : "Every new account is locked. ");
        text.Append(CultureInfo.InvariantCulture, $"{now.Known} accounts known, {now.Waiting} waiting for a decision");
        if (mails.Waiting > 0) text.Append(CultureInfo.InvariantCulture, $", {mails.Waiting} mails not sent yet: {mails.LastProblem ?? "on their way"}");
        if (site.ChatOutbox?.Summary is { Waiting: > 0 } chat) text.Append(CultureInfo.InvariantCulture, $", {chat.Waiting} Telegram messages not sent yet: {chat.LastProblem ?? "on their way"}");
        return text.ToString();
    }

    /// <summary>The answer to <c>status</c>: exit code 1 while there is a trouble.</summary>
    public ControlReply Write()
    {
        var state = seen;
        return new ControlReply(state.Troubles.Count == 0 ? ExitCode.Ok : ExitCode.Fault, ToText(state), ToJson(state));
    }

    private string ToText(Snapshot state)
    {
        var now = time.GetUtcNow();
        var text = new StringBuilder();
        Line("State", Sentence());
        Line("Running", $"for {Chronicle.Duration(now - startedAt)}, version {WorkerIdentity.Version}, {WorkerIdentity.Runtime}");
        Line("Grafana", $"{state.GrafanaUrl}; {site.SignIn.Sentence}");
        Line("Last look", state.LastLook is { } at ? $"{Chronicle.Duration(now - at)} ago, complete" : "none yet since the start");
        Line("Log", $"{logSource}, last line {(state.LastLogLine is { } last ? Chronicle.Duration(now - last) + " ago" : "not seen yet")}");
        Line("Log gaps", state.LastGap is { } gap
            ? $"none for {Chronicle.Duration(now - gap)}"
            : $"none since the baseline, {Chronicle.Duration(now - state.BaselineAt)} ago");
        Line("Last drill", state.Drill is { } drill ? $"{Chronicle.Duration(now - drill.BegunAt)} ago, {DrillText.Result(drill)}" : "none yet");
        Line("Accounts", string.Join(", ", state.Counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {c.Called}"))));
        Line("Mail", Waiting(site.Outbox.Summary));
        if (site.ChatOutbox is { } chat) Line("Telegram", Waiting(chat.Summary));
        Line("Memory", state.SaveProblem ?? "written");
        foreach (var trouble in state.Troubles)
            Line("TROUBLE", $"since {Chronicle.Duration(now - trouble.Since)}: {GateEvents.Sentence(trouble.Kind)} {trouble.Detail}");
        return text.ToString();

        static string Waiting(OutboxSummary outbox) =>
            outbox.Waiting == 0 ? "nothing waits" : string.Create(CultureInfo.InvariantCulture, $"{outbox.Waiting} waiting since {outbox.OldestSince:u}; {outbox.LastProblem ?? "on their way"}");

        void Line(string name, string value) => text.Append(name.PadRight(11)).Append(VisibleText.Escape(value)).Append('\n');
    }

    private string ToJson(Snapshot state) => new JsonObject
    {
        ["running"] = true,
        ["version"] = WorkerIdentity.Version,
        ["dryRun"] = isDryRun,
        ["signedIn"] = site.SignIn.Phase == SignInPhase.SignedIn,
        ["lastLook"] = state.LastLook,
        ["lastLogLine"] = state.LastLogLine,
        ["lastLogGap"] = state.LastGap,
        ["lastDrill"] = state.Drill is { } drill ? DrillText.ToJson(drill) : null,
        ["accounts"] = state.Known,
        ["waiting"] = state.Waiting,
        ["mailsWaiting"] = site.Outbox.Summary.Waiting,
        ["messagesWaiting"] = site.ChatOutbox?.Summary.Waiting,
        ["troubles"] = new JsonArray([.. state.Troubles.Select(t => new JsonObject { ["kind"] = t.Kind.ToString(), ["since"] = t.Since, ["detail"] = t.Detail })]),
    }.ToJsonString();

    private sealed record Snapshot(
        string GrafanaUrl,
        DateTimeOffset? LastLook,
        DateTimeOffset? LastLogLine,
        DateTimeOffset? LastGap,
        DateTimeOffset BaselineAt,
        string? SaveProblem,
        DrillRun? Drill,
        IReadOnlyList<Trouble> Troubles,
        IReadOnlyList<(int Count, string Called)> Counts,
        int Known,
        int Waiting)
    {
        public static Snapshot Of(GateAssembly gate)
        {
            int admitted = 0, before = 0, locking = 0, locked = 0, atDoor = 0, rejected = 0;
            foreach (var account in gate.Memory.Book.All.Where(account => account.Case is not { IsDrill: true }))
            {
                _ = account.Status switch
                {
                    AccountStatus.Admitted => admitted++,
                    AccountStatus.DisabledBefore => before++,
                    AccountStatus.Locking => locking++,
                    AccountStatus.Locked => locked++,
                    AccountStatus.AtDoor => atDoor++,
                    _ => rejected++,
                };
            }

            var state = gate.Memory.State;
            return new Snapshot(
                state.GrafanaUrl, gate.Gate.LastLook, state.Log?.LastLineAt, state.LastGapAt, state.BaselineAt, gate.Memory.SaveProblem, state.Drill, [.. state.Troubles],
                [(admitted, "admitted"), (before, "disabled before us"), (locked, "locked and waiting"), (locking, "being locked"), (atDoor, "external and only shown out"), (rejected, "rejected")],
                admitted + before + locking + locked + atDoor + rejected, locked + locking + atDoor);
        }
    }
}
