using System.Globalization;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable.Drill;

/// <summary>Where drills are written down, for the sysadmin and the auditor.</summary>
internal sealed class DrillRecorder(IAuditLog audit, ILogger<DrillRecorder> journal)
{
    /// <summary>Does not name the login: nobody may know it before Grafana has the account, or they could take it.</summary>
    public void Begun(DrillRun run)
    {
        audit.Append(new AuditEntry("drill-begun", "drill", run.WithMail ? "a drill has begun" : "a drill without a mail has begun",
            new Dictionary<string, string> { ["by"] = run.By }));
        journal.Event(DrillEvents.Begun, $"A drill has begun, by {run.By}.");
    }

    public void Made(DrillRun run) => Append(run, "drill-made", "the drill's account was made");

    public void Locked(DrillRun run) => Append(run, "drill-locked", $"locked after {DrillText.Seconds(run.TimeToLock)}");

    public void MailAccepted(DrillRun run) =>
        Append(run, "drill-mail", $"mail accepted {DrillText.Seconds(run.MailAcceptedAt - run.LockedAt)} after the lock");

    public void Deleted(DrillRun run) => Append(run, "drill-deleted", "the drill's account is gone");

    public void Ended(DrillRun run)
    {
        if (run.Problem is { } problem)
        {
            audit.Append(new AuditEntry("drill-failed", CaseOf(run), "the drill failed", Facts(run, ("problem", problem))));
            journal.Event(DrillEvents.Failed, $"The drill FAILED: {problem}");
            return;
        }

        if (run.IsInterrupted)
        {
            Append(run, "drill-interrupted", "the drill was interrupted by a restart");
            journal.Event(DrillEvents.Interrupted, "A drill was interrupted by a restart of the daemon; its account is deleted.");
            return;
        }

        Append(run, "drill-passed", "the drill " + DrillText.Result(run));
        journal.Event(DrillEvents.Passed, $"The drill {DrillText.Result(run)}.");
    }

    private void Append(DrillRun run, string name, string verdict) => audit.Append(new AuditEntry(name, CaseOf(run), verdict, Facts(run)));

    private static string CaseOf(DrillRun run) =>
        run.Uid ?? (run.Id is { } id ? string.Create(CultureInfo.InvariantCulture, $"id:{id}") : "drill");

    private static Dictionary<string, string> Facts(DrillRun run, params (string Name, string Value)[] more)
    {
        var facts = new Dictionary<string, string> { ["by"] = run.By };
        if (run.Id is { } id)
        {
            facts["login"] = run.Login;
            facts["id"] = id.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in more) facts[name] = value;
        return facts;
    }
}
