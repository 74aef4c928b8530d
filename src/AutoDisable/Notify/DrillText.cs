using System.Globalization;
using System.Text.Json.Nodes;
using Athena.AutoDisable.State;

namespace Athena.AutoDisable.Notify;

/// <summary>A drill in words and as JSON, for the command, <c>status</c> and the record. Pure.</summary>
internal static class DrillText
{
    /// <summary>What has happened so far, a sentence each, in the order in which it did.</summary>
    public static IReadOnlyList<string> Steps(DrillRun run)
    {
        List<(DateTimeOffset At, string Sentence)> steps = [];
        if (run.MadeAt is { } made)
            steps.Add((made, string.Create(CultureInfo.InvariantCulture, $"Made the account {run.Login} in Grafana (id {run.Id}).")));
        if (run.LockedAt is { } locked)
            steps.Add(
                (
                    locked,
                    run.WasBornLocked
                        ? "Born locked, so never inside: it was disabled as it was made; checked, no session left."
                        : $"Locked after {Seconds(run.TimeToLock)}, from Grafana's answer that it was created to its answer that it "
                            + "was disabled; checked, no session left."));
        if (run.MailAcceptedAt is { } accepted)
            steps.Add((accepted, $"The mail server accepted the mail {Seconds(accepted - run.LockedAt)} after the lock."));
        if (run is { DeletedAt: { } deleted, Id: not null }) steps.Add((deleted, "Deleted the account."));
        return [.. steps.OrderBy(step => step.At).Select(step => step.Sentence)];
    }

    /// <summary>How it ended, or that it runs.</summary>
    public static string Result(DrillRun run) => run switch
    {
        { Problem: { } problem } => "FAILED: " + problem,
        { IsInterrupted: true } => "was interrupted by a restart of the daemon" + (run.IsOver ? "" : "; its account is being deleted"),
        { IsOver: false } => "running",
        { WasBornLocked: true } =>
            $"passed: born locked, never inside, {(run.MailAcceptedAt is null ? "without a mail" : "mail accepted")}",
        { MailAcceptedAt: { } } => $"passed: locked after {Seconds(run.TimeToLock)}, mail accepted",
        _ => $"passed: locked after {Seconds(run.TimeToLock)}, without a mail",
    };

    public static string Seconds(TimeSpan? span) => string.Create(CultureInfo.InvariantCulture, $"{span?.TotalSeconds ?? 0:F2} s");

    public static JsonObject ToJson(DrillRun run) => new()
    {
        ["begunAt"] = run.BegunAt,
        ["by"] = run.By,
        ["result"] = run switch
        {
            { Problem: not null } => "failed",
            { IsInterrupted: true } => "interrupted",
            { IsOver: true } => "passed",
            _ => "running",
        },
        ["over"] = run.IsOver,
        ["secondsToLock"] = run.TimeToLock?.TotalSeconds,
        ["bornLocked"] = run.WasBornLocked,
        ["withMail"] = run.WithMail,
        ["mailAcceptedAt"] = run.MailAcceptedAt,
        ["deletedAt"] = run.DeletedAt,
        ["problem"] = run.Problem,
    };
}
