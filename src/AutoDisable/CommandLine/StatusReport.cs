using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api.SignIn;
using Athena.Common.Notify.Delivery;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <summary>How the daemon is: one sentence for systemd, and the answer to <c>status</c>, which is asked for from other threads.</summary>
internal sealed class StatusReport(AutoDisableSite site, string logSource, ZoneText zone, bool isDryRun, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private volatile AutoDisableSnapshot seen = AutoDisableSnapshot.Of(site.Gate);
    private (long Changes, Census Census)? counted;

    public string LogSource => logSource;

    /// <summary>How the gate was when its loop last came round. Safe from any thread.</summary>
    public AutoDisableSnapshot Seen => seen;

    /// <summary>Takes down how the gate is now. To be called by the gate's own loop, on each round.</summary>
    public void Refresh()
    {
        var book = site.Gate.Memory.Book;
        if (counted is not { } known || known.Changes != book.Changes) counted = known = (book.Changes, Census.Of(book));
        seen = AutoDisableSnapshot.Of(site.Gate, known.Census);
    }

    /// <summary>There is no trouble, and nobody is still inside.</summary>
    public bool IsWell => seen.IsWell;

    /// <summary>One sentence.</summary>
    public string Sentence()
    {
        var now = seen;
        var text = new StringBuilder(isDryRun ? "DRY RUN, nothing is changed. " : "");
        text.Append(CultureInfo.InvariantCulture,
            $"{now.Judgement} {now.Known} {(now.Known == 1 ? "account" : "accounts")} known, {now.Waiting} waiting for a decision");
        foreach (var queue in site.Outbox.Queues)
            if (queue.Summary is { Waiting: > 0 } there)
                text.Append(CultureInfo.InvariantCulture,
                    $", {there.Waiting} {queue.Channel.Unit}{(there.Waiting == 1 ? "" : "s")} not sent yet: "
                    + $"{there.LastProblem ?? "on their way"}");
        return text.ToString();
    }

    /// <summary>The answer to <c>status</c>: exit code 1 while there is a trouble or somebody is still inside.</summary>
    public ControlReply Write()
    {
        var state = seen;
        return new ControlReply(state.IsWell ? ExitCode.Ok : ExitCode.Fault, ToText(state), ToJson(state));
    }

    private string ToText(AutoDisableSnapshot state)
    {
        var now = time.GetUtcNow();
        var text = new StringBuilder();
        Line("State", Sentence());
        Line("Running", $"for {EventRecorder.Duration(now - startedAt)}, version {WorkerIdentity.ShortVersion}, {WorkerIdentity.Runtime}");
        Line("Grafana", $"{state.GrafanaUrl}; {site.SignIn.Sentence}");
        Line("Last look", state.LastLook is { } at ? $"{EventRecorder.Duration(now - at)} ago, complete" : "none yet since the start");
        Line("Log",
            $"{logSource}, last line {(state.LastLogLine is { } last ? EventRecorder.Duration(now - last) + " ago" : "not seen yet")}"
            + $"{Clock(state.GrafanaAhead)}");
        Line("Log gaps", state.LastGap is { } gap
            ? $"none for {EventRecorder.Duration(now - gap)}"
            : $"none since the baseline, {EventRecorder.Duration(now - state.BaselineAt)} ago");
        Line(
            "Last drill",
            state.Drill is { } drill ? $"{EventRecorder.Duration(now - drill.BegunAt)} ago, {DrillText.Result(drill)}" : "none yet");
        Line("Accounts", string.Join(", ", state.Counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {c.Called}"))));
        if (state.Data.People > 0)
            Line("Data", string.Create(CultureInfo.InvariantCulture,
                $"{state.Data.People} of those who wait queried data while inside, {state.Data.Queries} times; history tells of each"));
        if (state.Refused.Sentence(zone.Minute(state.Refused.Since)) is { } refused) Line("Refused", refused);
        if (state.BornLocked is { } born) Line("Born locked", born);
        var queues = site.Outbox.Queues;
        Line(queues[0].Channel.Name, Waiting(queues[0]) + Collecting(state.Untold));
        foreach (var (recipient, why) in site.Lost.Present)
            Line("No mail", $"for {recipient}: {why}. Correct MAIL_TO, or make the address");
        foreach (var queue in queues.Skip(1)) Line(queue.Channel.Name, Waiting(queue));
        if (site.Buttons is { } buttons) Line("Buttons", buttons.Sentence);
        Line("On disk", state.SaveProblem ?? "written");
        foreach (var trouble in state.Troubles)
            Line(
                "TROUBLE", $"since {EventRecorder.Duration(now - trouble.Since)}: {TroubleText.Of(trouble.Kind).Journal} {trouble.Detail}");
        return text.ToString();

        static string Clock(TimeSpan ahead) =>
            ahead == TimeSpan.Zero
                ? ""
                : $"; Grafana's clock is {EventRecorder.Duration(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} ours";

        string Waiting(IChannelOutbox outbox) =>
            outbox.Summary is not { Waiting: > 0 } there
                ? "nothing waits"
                : string.Create(CultureInfo.InvariantCulture,
                    $"{there.Waiting} waiting since {zone.Minute(there.OldestSince ?? now)}; {there.LastProblem ?? "on their way"}"
                    + $"{(outbox.NextDue is { } next && next > now ? $"; the next attempt is at {zone.Second(next)}" : "")}");

        // A mail about a lock tells what was done inside, so it is not in the outbox at once.
        static string Collecting(int accounts) => accounts == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $"; {accounts} locked {(accounts == 1 ? "account is" : "accounts are")} still to be told of, within a minute, or by a digest "
            + $"that collects for up to ten");

        void Line(string name, string value) => text.Append(name.PadRight(12)).Append(VisibleText.Escape(value)).Append('\n');
    }

    private string ToJson(AutoDisableSnapshot state) => new JsonObject
    {
        ["running"] = true,
        ["state"] = Sentence(),
        ["version"] = WorkerIdentity.Version,
        ["dryRun"] = isDryRun,
        ["signedIn"] = site.SignIn.Phase == SignInPhase.SignedIn,
        ["lastLook"] = state.LastLook,
        ["lastLogLine"] = state.LastLogLine,
        ["lastLogGap"] = state.LastGap,
        ["lastDrill"] = state.Drill is { } drill ? DrillText.ToJson(drill) : null,
        ["bornLocked"] = state.BornLocked,
        ["buttons"] = site.Buttons?.Sentence,
        ["accounts"] = state.Known,
        ["waiting"] = state.Waiting,
        ["stillInside"] = state.Inside,
        ["foundEnabled"] = state.Found,
        ["queriedData"] = new JsonObject { ["people"] = state.Data.People, ["queries"] = state.Data.Queries },
        ["refusedTries"] = new JsonObject { ["count"] = state.Refused.Count, ["since"] = state.Refused.Since },
        ["mailsWaiting"] = site.Outbox.Queues[0].Summary.Waiting,
        ["mailTrouble"] = site.Outbox.Queues[0].Summary is { Waiting: > 0 } held ? held.LastProblem : null,
        ["nextAttempt"] = site.Outbox.Queues[0] is { Summary.Waiting: > 0 } mail ? mail.NextDue : null,
        ["accountsToBeTold"] = state.Untold,
        ["messagesWaiting"] = site.Outbox.Queues.Skip(1).ToList() is { Count: > 0 } others
            ? others.Sum(queue => queue.Summary.Waiting)
            : null,
        ["troubles"] = new JsonArray(
        [
            .. state.Troubles.Select(t => new JsonObject { ["kind"] = t.Kind.ToString(), ["since"] = t.Since, ["detail"] = t.Detail }),
        ]),
    }.ToText();
}
