using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.Chat;
using Athena.AutoDisable.Drills;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Exposures;
using Athena.AutoDisable.Notify;
using Athena.AutoDisable.Watching;
using Athena.Common.Daemon.OwnAccount;
using Athena.Common.Grafana;
using Athena.Common.Grafana.Database;
using Athena.Common.GrafanaDatabase;
using Athena.Common.Notifications;
using Athena.Common.State;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>The parts of the gate, put together the same way for the daemon, its commands and its simulation.</summary>
internal sealed record GateAssembly(Gate Gate, GateMemory Memory, Commands Commands, Troubles Troubles, Chronicle Chronicle, ExposureRecorder Recorder, LogClock Clock, BornLockedWatch BornLocked)
{
    /// <param name="chat">Where what is critical is said besides the mail; null says it nowhere.</param>
    /// <param name="database">The triggers in Grafana's database; null without access to it.</param>
    /// <param name="organisations">Tells of organisations that our account may not look into; null does not.</param>
    public static GateAssembly Build(
        GateState state,
        IGrafana grafana,
        IGrafanaUserTable? table,
        IStateStore<GateState> store,
        IOutbox outbox,
        IAuditLog audit,
        ILetterWriter writer,
        GateOptions options,
        TimeProvider time,
        ILoggerFactory logging,
        CriticalChat? chat = null,
        OrganisationWatch? organisations = null,
        IBornLocked? database = null)
    {
        var chronicle = new Chronicle(audit, logging.CreateLogger<Chronicle>());
        var memory = new GateMemory(state, store, time);
        var troubles = new Troubles(memory, chronicle, time);
        var clock = new LogClock(time, state.GrafanaAhead);
        var recorder = new ExposureRecorder(memory.IsAdmitted, time, clock);
        var notices = new Notices(memory, writer, outbox, recorder.Refused, options, time);
        var posting = new Posting(memory, writer, outbox, chat, chronicle, time);
        var bornLocked = new BornLockedWatch(database, memory, troubles, chronicle, options, time);
        var imports = new Imports(memory, bornLocked, notices, troubles, chronicle, time);
        var doorkeeper = new Doorkeeper(grafana, table, memory, troubles, notices, chronicle, time);
        var locksmith = new Locksmith(grafana, memory, troubles, notices, doorkeeper, chronicle, options, time);
        var evidence = new ArrivalEvidence(time, clock);
        var approvals = new Approvals(memory, locksmith, evidence, notices, chronicle, options, time);
        var approvalWork = new ApprovalWork(grafana, memory, doorkeeper, notices, time);
        var sight = new LogSight(time, clock);
        var exposures = new ExposureWork(grafana, memory, recorder, evidence, new Makers(memory, evidence, sight, clock), sight, new DashboardTitles(grafana, time), bornLocked, notices, chronicle, time);
        var invitations = new InvitationWork(grafana, evidence.Invitations, organisations, time);
        var departures = new Departures(grafana, memory, locksmith, exposures, notices, chronicle, time);
        var lane = new OneAtATime();
        var deadlines = new Deadlines(grafana, memory, locksmith, notices, chronicle, time);
        var drills = new DrillWork(
            grafana, memory, locksmith, notices, outbox, troubles, new DrillChronicle(audit, logging.CreateLogger<DrillChronicle>()), options, time);
        var self = new OurAccount(grafana, memory);
        var ahead = new LookAhead(grafana, memory);
        var arrivals = new Arrivals(grafana, memory, self, ahead, approvals, troubles, time);
        var cases = new NewCases(memory, locksmith, evidence, bornLocked, chronicle);
        var disablements = new Disablements(memory, imports, notices, chronicle, time);
        var finds = new Finds(grafana, memory, locksmith, troubles, chronicle, options, time);
        var list = new ListLook(grafana, memory, self, arrivals, cases, approvals, finds, departures, disablements, evidence, troubles, chronicle, time);
        var gate = new Gate(
            memory, lane, ahead, arrivals, list, cases, locksmith, approvals, approvalWork, deadlines, doorkeeper, finds, exposures, invitations, drills,
            new SecondCopy(grafana, memory, troubles, time), disablements, bornLocked, imports, notices, posting, troubles, chronicle, evidence, sight, clock, time);
        var leftovers = new Leftovers(grafana, new RemedyText(new Uri(options.GrafanaUrl)), chronicle);
        var commands = new Commands(grafana, gate, lane, memory, locksmith, approvals, finds, new FoundDecisions(grafana, gate, memory, approvals, finds),
            new GroupApprovals(grafana, gate, memory, approvals),
            exposures, leftovers, drills, troubles, bornLocked, chronicle, options.TimeZone ?? TimeZoneInfo.Utc, time);
        return new GateAssembly(gate, memory, commands, troubles, chronicle, recorder, clock, bornLocked);
    }
}
