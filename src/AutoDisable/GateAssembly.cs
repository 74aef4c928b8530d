using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;
using Athena.Common.GrafanaDatabase;
using Athena.Common.Notifications;
using Athena.Common.State;
using Microsoft.Extensions.Logging;

namespace Athena.AutoDisable;

/// <summary>The parts of the gate, put together the same way for the daemon, its commands and its simulation.</summary>
internal sealed record GateAssembly(Gate Gate, GateMemory Memory, Commands Commands, Troubles Troubles, Chronicle Chronicle)
{
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
        ILoggerFactory logging)
    {
        var chronicle = new Chronicle(audit, logging.CreateLogger<Chronicle>());
        var memory = new GateMemory(state, store, time);
        var troubles = new Troubles(memory, chronicle, time);
        var notices = new Notices(memory, writer, outbox, options, time);
        var doorkeeper = new Doorkeeper(grafana, table, memory, troubles, notices, chronicle, time);
        var locksmith = new Locksmith(grafana, memory, troubles, notices, doorkeeper, chronicle, options, time);
        var approvals = new Approvals(grafana, memory, locksmith, doorkeeper, notices, chronicle, options, time);
        var deadlines = new Deadlines(grafana, memory, locksmith, notices, chronicle, time);
        var gate = new Gate(grafana, memory, locksmith, approvals, deadlines, doorkeeper, notices, troubles, chronicle, new ArrivalEvidence(time), time);
        var commands = new Commands(grafana, gate, memory, locksmith, approvals, troubles, chronicle, time);
        return new GateAssembly(gate, memory, commands, troubles, chronicle);
    }
}
