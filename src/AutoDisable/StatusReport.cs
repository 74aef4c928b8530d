using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Drills;
using Athena.Common.Grafana;
using Athena.Common.Hosting;
using Athena.Common.Notifications;

namespace Athena.AutoDisable;

/// <summary>How the daemon is: one sentence for systemd, and the answer to <c>status</c>, which is asked for from other threads.</summary>
internal sealed class StatusReport(GateSite site, string logSource, bool isDryRun, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private volatile GateSnapshot seen = GateSnapshot.Of(site.Gate);

    public string LogSource => logSource;

    /// <summary>Takes down how the gate is now. To be called by the gate's own loop, on each round.</summary>
    public void Refresh() => seen = GateSnapshot.Of(site.Gate);

    /// <summary>One sentence.</summary>
    public string Sentence()
    {
        var now = seen;
        var mails = site.Outbox.Summary;
        var text = new StringBuilder(isDryRun ? "DRY RUN, nothing is changed. " : "");
        text.Append(CultureInfo.InvariantCulture, $"{now.Judgement} {now.Known} {(now.Known == 1 ? "account" : "accounts")} known, {now.Waiting} waiting for a decision");
        if (mails.Waiting > 0) text.Append(CultureInfo.InvariantCulture, $", {mails.Waiting} {(mails.Waiting == 1 ? "mail" : "mails")} not sent yet: {mails.LastProblem ?? "on their way"}");
        if (site.ChatOutbox?.Summary is { Waiting: > 0 } chat) text.Append(CultureInfo.InvariantCulture, $", {chat.Waiting} Telegram {(chat.Waiting == 1 ? "message" : "messages")} not sent yet: {chat.LastProblem ?? "on their way"}");
        return text.ToString();
    }

    /// <summary>The answer to <c>status</c>: exit code 1 while there is a trouble or somebody is still inside.</summary>
    public ControlReply Write()
    {
        var state = seen;
        return new ControlReply(state.IsWell ? ExitCode.Ok : ExitCode.Fault, ToText(state), ToJson(state));
    }

    private string ToText(GateSnapshot state)
    {
        var now = time.GetUtcNow();
        var text = new StringBuilder();
        Line("State", Sentence());
        Line("Running", $"for {Chronicle.Duration(now - startedAt)}, version {WorkerIdentity.Version}, {WorkerIdentity.Runtime}");
        Line("Grafana", $"{state.GrafanaUrl}; {site.SignIn.Sentence}");
        Line("Last look", state.LastLook is { } at ? $"{Chronicle.Duration(now - at)} ago, complete" : "none yet since the start");
        Line("Log", $"{logSource}, last line {(state.LastLogLine is { } last ? Chronicle.Duration(now - last) + " ago" : "not seen yet")}{Clock(state.GrafanaAhead)}");
        Line("Log gaps", state.LastGap is { } gap
            ? $"none for {Chronicle.Duration(now - gap)}"
            : $"none since the baseline, {Chronicle.Duration(now - state.BaselineAt)} ago");
        Line("Last drill", state.Drill is { } drill ? $"{Chronicle.Duration(now - drill.BegunAt)} ago, {DrillText.Result(drill)}" : "none yet");
        Line("Accounts", string.Join(", ", state.Counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {c.Called}"))));
        if (state.Data.People > 0) Line("Data", string.Create(CultureInfo.InvariantCulture, $"{state.Data.People} of those who wait queried data while inside, {state.Data.Queries} times; history tells of each"));
        if (state.Refused.Sentence($"{state.Refused.Since:yyyy-MM-dd HH:mm} UTC") is { } refused) Line("Refused", refused);
        if (state.BornLocked is { } born) Line("Born locked", born);
        Line("Mail", Waiting(site.Outbox.Summary));
        foreach (var (recipient, why) in site.Lost.Present) Line("No mail", $"for {recipient}: {why}. Correct MAIL_TO, or make the address");
        if (site.ChatOutbox is { } chat) Line("Telegram", Waiting(chat.Summary));
        Line("Memory", state.SaveProblem ?? "written");
        foreach (var trouble in state.Troubles)
            Line("TROUBLE", $"since {Chronicle.Duration(now - trouble.Since)}: {GateEvents.Sentence(trouble.Kind)} {trouble.Detail}");
        return text.ToString();

        static string Clock(TimeSpan ahead) => ahead == TimeSpan.Zero ? "" : $"; Grafana's clock is {Chronicle.Duration(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} ours";

        static string Waiting(OutboxSummary outbox) =>
            outbox.Waiting == 0 ? "nothing waits" : string.Create(CultureInfo.InvariantCulture, $"{outbox.Waiting} waiting since {outbox.OldestSince:u}; {outbox.LastProblem ?? "on their way"}");

        void Line(string name, string value) => text.Append(name.PadRight(12)).Append(VisibleText.Escape(value)).Append('\n');
    }

    private string ToJson(GateSnapshot state) => new JsonObject
    {
        ["running"] = true,
        ["version"] = WorkerIdentity.Version,
        ["dryRun"] = isDryRun,
        ["signedIn"] = site.SignIn.Phase == SignInPhase.SignedIn,
        ["lastLook"] = state.LastLook,
        ["lastLogLine"] = state.LastLogLine,
        ["lastLogGap"] = state.LastGap,
        ["lastDrill"] = state.Drill is { } drill ? DrillText.ToJson(drill) : null,
        ["bornLocked"] = state.BornLocked,
        ["accounts"] = state.Known,
        ["waiting"] = state.Waiting,
        ["stillInside"] = state.Inside,
        ["foundEnabled"] = state.Found,
        ["queriedData"] = new JsonObject { ["people"] = state.Data.People, ["queries"] = state.Data.Queries },
        ["refusedTries"] = new JsonObject { ["count"] = state.Refused.Count, ["since"] = state.Refused.Since },
        ["mailsWaiting"] = site.Outbox.Summary.Waiting,
        ["messagesWaiting"] = site.ChatOutbox?.Summary.Waiting,
        ["troubles"] = new JsonArray([.. state.Troubles.Select(t => new JsonObject { ["kind"] = t.Kind.ToString(), ["since"] = t.Since, ["detail"] = t.Detail })]),
    }.ToJsonString();
}
