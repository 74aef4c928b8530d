using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Deciding;
using Athena.AutoDisable.Drill;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Database;
using Athena.Common.Grafana.Identities;
using Athena.Common.Notify.Alertmanager;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Common.Telemetry.Metrics;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>The parts of the gate, put together the same way for the daemon, its commands and its simulation.</summary>
internal sealed record AutoDisableParts(
    Reconciler Gate,
    AutoDisableMemory Memory,
    Commands Commands,
    Troubles Troubles,
    EventRecorder EventRecorder,
    ExposureRecorder Recorder,
    LogClock Clock,
    BornLockedWatch BornLocked,
    CardBoard Board)
{
    /// <param name="database">The triggers in Grafana's database; null without access to it.</param>
    /// <param name="book">Links and PINs; null where nobody decides from a mail or in the chat.</param>
    /// <param name="pinHolders">Who approves there with a PIN.</param>
    /// <param name="metrics">Where what happens is counted; null for nowhere.</param>
    /// <param name="board">What Alertmanager is told of; null where it is told of nothing.</param>
    /// <param name="organisations">Tells of organisations that our account may not look into; null does not.</param>
    public static AutoDisableParts Build(
        AutoDisableState state,
        IGrafana grafana,
        IGrafanaUserTable? table,
        IStateStore<AutoDisableState> store,
        IOutbox outbox,
        IAuditLog audit,
        ILetterWriter writer,
        AutoDisableOptions options,
        TimeProvider time,
        ILoggerFactory logging,
        OrganisationWatch? organisations = null,
        IBornLocked? database = null,
        DecisionBook? book = null,
        IReadOnlyList<string>? pinHolders = null,
        MetricBook? metrics = null,
        AlertBoard? board = null)
    {
        var eventRecorder = new EventRecorder(
            audit, logging.CreateLogger<EventRecorder>(), metrics is null ? null : new LockCounters(metrics, time));
        var memory = new AutoDisableMemory(state, store, time);
        var troubles = new Troubles(memory, eventRecorder, time, board);
        var clock = new LogClock(time, state.GrafanaAhead);
        var log = new LogKnowledge(new ArrivalEvidence(time, clock), new LogCoverage(time, clock), clock)
        {
            Settle = options.LogSettle,
        };
        var recorder = new ExposureRecorder(memory.IsAdmitted, time, clock);
        var notificationPlanner = new NotificationPlanner(memory, writer, outbox, recorder.Refused, options, time);
        var notificationDispatcher = new NotificationDispatcher(memory, writer, outbox, eventRecorder, time);
        var reporting = new Reporting(notificationPlanner, notificationDispatcher, troubles, eventRecorder);
        var bornLocked = new BornLockedWatch(database, memory, troubles, eventRecorder, options, time);
        var imports = new Imports(memory, bornLocked, notificationPlanner, troubles, eventRecorder, time);
        var externalAccountEnforcer = new ExternalAccountEnforcer(
            grafana, table, memory, troubles, notificationPlanner, eventRecorder, time);
        var accountLocker = new AccountLocker(
            grafana, memory, troubles, notificationPlanner, externalAccountEnforcer, eventRecorder, options, time);
        var approvals = new Approvals(memory, accountLocker, log.Evidence, notificationPlanner, eventRecorder, options, time);
        var approvalWork = new ApprovalWork(grafana, memory, externalAccountEnforcer, notificationPlanner, time);
        var exposures = new ExposureWork(
            grafana, memory, recorder, log, new Makers(memory, log.Evidence, log.Sight, clock), new DashboardTitles(grafana, time),
            bornLocked, notificationPlanner, eventRecorder, time);
        var invitations = new InvitationWork(grafana, log.Evidence.Invitations, organisations, time);
        var deletedAccounts = new DeletedAccounts(grafana, memory, accountLocker, exposures, notificationPlanner, eventRecorder, time);
        var lane = new SerialExecutor();
        var deadlines = new Deadlines(grafana, memory, accountLocker, notificationPlanner, eventRecorder, options, time);
        var drills = new DrillWork(
            grafana, memory, accountLocker, notificationPlanner, outbox, troubles,
            new DrillRecorder(audit, logging.CreateLogger<DrillRecorder>()), options, time);
        var self = new OurAccount(grafana, memory);
        var ahead = new LookAhead(grafana, memory);
        var arrivals = new Arrivals(grafana, memory, self, ahead, approvals, troubles, time);
        var newcomers = new Newcomers(ahead, arrivals, new NewCases(memory, accountLocker, log.Evidence, bornLocked, eventRecorder));
        var disablements = new Disablements(memory, imports, notificationPlanner, eventRecorder, time);
        var foundEnabledAccounts = new FoundEnabledAccounts(grafana, memory, accountLocker, troubles, eventRecorder, options, time);
        var zone = new ZoneText(options.TimeZone ?? TimeZoneInfo.Utc);
        var copies = new SecondCopy(grafana, memory, troubles, zone, time);
        var findings = new ListFindings(approvals, foundEnabledAccounts, deletedAccounts, disablements);
        var list = new ListLook(grafana, memory, self, newcomers, findings, log.Evidence, reporting, time);
        var work = new ReconcilerWork(
            accountLocker, approvals, externalAccountEnforcer, foundEnabledAccounts, exposures, invitations, drills, copies, disablements)
        {
            Matters =
            [
                accountLocker.StepAsync,
                approvalWork.StepAsync,
                externalAccountEnforcer.StepAsync,
                foundEnabledAccounts.StepAsync,
                arrivals.NoteNobodiesAsync,
                accountLocker.LookAgainAsync,
                exposures.StepAsync,
                deadlines.StepAsync,
                drills.StepAsync,
                copies.StepAsync,
            ],
        };
        var reconciler = new Reconciler(memory, lane, newcomers, list, work, new BornLockedWork(bornLocked, imports), reporting, log, time);
        var decisions = new Decisions(
            new FoundDecisions(grafana, reconciler, memory, approvals, foundEnabledAccounts, zone),
            new GroupApprovals(grafana, reconciler, memory, approvals),
            new DeletionBlockers(grafana, new RemedyText(new Uri(options.GrafanaUrl)), eventRecorder),
            new LinkDecisions(memory, writer, options, zone, time),
            new Pins(book, pinHolders ?? [], audit),
            options.UndoFor);
        var commands = new Commands(
            grafana, reconciler, lane, memory, work, decisions, bornLocked, reporting, options, time);
        return new AutoDisableParts(
            reconciler, memory, commands, troubles, eventRecorder, recorder, clock, bornLocked,
            new CardBoard(lane, memory, writer, options, time));
    }
}
