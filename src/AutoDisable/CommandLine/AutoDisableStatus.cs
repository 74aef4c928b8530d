using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api.SignIn;
using Athena.Common.Notify.Delivery;
using Athena.Common.Time;

namespace Athena.AutoDisable.CommandLine;

/// <inheritdoc/>
internal sealed class AutoDisableStatus(AutoDisableSite site, string logSource, ZoneText zone, bool isDryRun, TimeProvider time)
    : StatusReport<AutoDisableSnapshot>(AutoDisableSnapshot.Of(site.Gate), isDryRun, notDone: "changed", nameWidth: 12, time)
{
    private (long Changes, Census Census)? counted;

    public string LogSource => logSource;

    protected override string Running => $"for {EventRecorder.Duration(Time.GetUtcNow() - StartedAt)}";

    protected override AutoDisableSnapshot Look()
    {
        var book = site.Gate.Memory.Book;
        if (counted is not { } known || known.Changes != book.Changes) counted = known = (book.Changes, Census.Of(book));
        return AutoDisableSnapshot.Of(site.Gate, known.Census);
    }

    /// <summary>There is no trouble, and nobody is still inside.</summary>
    protected override bool IsWellIn(AutoDisableSnapshot now) => now.IsWell;

    protected override string Judge(AutoDisableSnapshot now)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{now.Judgement} {now.Known} {(now.Known == 1 ? "account" : "accounts")} known, {now.Waiting} waiting for a decision");
        foreach (var queue in site.Outbox.Queues)
            if (queue.Summary is { Waiting: > 0 } there)
                text.Append(CultureInfo.InvariantCulture,
                    $", {there.Waiting} {queue.Channel.Unit}{(there.Waiting == 1 ? "" : "s")} not sent yet: "
                    + $"{there.LastProblem ?? "on their way"}");
        return text.ToString();
    }

    protected override IEnumerable<(string Name, string Value)> Lines(AutoDisableSnapshot state)
    {
        var now = Time.GetUtcNow();
        yield return ("Grafana", $"{state.GrafanaUrl}; {site.SignIn.Sentence}");
        yield return (
            "Last look", state.LastLook is { } at ? $"{EventRecorder.Duration(now - at)} ago, complete" : "none yet since the start");
        yield return ("Log",
            $"{logSource}, last line {(state.LastLogLine is { } last ? EventRecorder.Duration(now - last) + " ago" : "not seen yet")}"
            + $"{Clock(state.GrafanaAhead)}");
        yield return ("Log gaps", state.LastGap is { } gap
            ? $"none for {EventRecorder.Duration(now - gap)}"
            : $"none since the baseline, {EventRecorder.Duration(now - state.BaselineAt)} ago");
        yield return (
            "Last drill",
            state.Drill is { } drill ? $"{EventRecorder.Duration(now - drill.BegunAt)} ago, {DrillText.Result(drill)}" : "none yet");
        yield return (
            "Accounts", string.Join(", ", state.Counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {c.Called}"))));
        if (state.Data.People > 0)
            yield return ("Data", string.Create(CultureInfo.InvariantCulture,
                $"{state.Data.People} of those who wait queried data while inside, {state.Data.Queries} times; history tells of each"));
        if (state.Refused.Sentence(zone.Minute(state.Refused.Since)) is { } refused) yield return ("Refused", refused);
        if (state.BornLocked is { } born) yield return ("Born locked", born);
        var queues = site.Outbox.Queues;
        yield return (queues[0].Channel.Name, Waiting(queues[0]) + Collecting(state.Untold));
        foreach (var (recipient, why) in site.Lost.Present)
            yield return ("No mail", $"for {recipient}: {why}. Correct MAIL_TO, or make the address");
        foreach (var queue in queues.Skip(1)) yield return (queue.Channel.Name, Waiting(queue));
        if (site.Board is { } board) yield return ("Rings", board.Sentence(zone.Minute));
        if (site.Buttons is { } buttons) yield return ("Buttons", buttons.Sentence);
        yield return ("On disk", state.SaveProblem ?? "written");
        if (site.Copier is { } copier) yield return ("Copy", copier.Lag.Sentence(zone.Second));
        if (site.Annotator is { } annotator) yield return ("On Grafana", annotator.Tally.Sentence);
        foreach (var trouble in state.Troubles)
            yield return (
                "TROUBLE", $"since {EventRecorder.Duration(now - trouble.Since)}: {TroubleText.Of(trouble.Kind).Journal} {trouble.Detail}");

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
    }

    protected override JsonObject Facts(AutoDisableSnapshot state) => new()
    {
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
        ["alertmanagerTrouble"] = site.Board?.Silence?.Why,
        ["auditCopy"] = site.Copier?.Lag.ToJson(),
        ["annotations"] = site.Annotator?.Tally.ToJson(),
        ["troubles"] = new JsonArray(
        [
            .. state.Troubles.Select(t => new JsonObject { ["kind"] = t.Kind.ToString(), ["since"] = t.Since, ["detail"] = t.Detail }),
        ]),
    };
}
