using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Api;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Another copy of this daemon on the same Grafana: an old host that runs on, a cloned machine. It is told of at once, and what was
/// approved here is said again where the other one acts against it, so that nobody is shown out by the one whom the other let in.
/// </summary>
internal sealed class SecondCopy(IGrafana grafana, AutoDisableMemory memory, Troubles troubles, ZoneText clock, TimeProvider time)
{
    /// <summary>Each copy asks for the user list at least every ten minutes (POLL_INTERVAL), mostly every 15 seconds.</summary>
    public static readonly TimeSpan GoneAfter = TimeSpan.FromMinutes(12);

    /// <summary>One who signs on again and again is not said again each time.</summary>
    private static readonly TimeSpan SaidAgainAfter = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Account, DateTimeOffset> said = [];
    private readonly HashSet<string> shownOut = new(StringComparer.Ordinal);
    private DateTimeOffset seenAt = time.GetUtcNow();

    /// <summary>Takes what the log brought. The caller commits when true.</summary>
    public bool Note(IReadOnlyList<LogEvent> events)
    {
        foreach (var line in events.OfType<ShownOutByCopy>()) shownOut.Add(line.Subject);
        if (events.OfType<CopySeen>().LastOrDefault() is not { Copy: var copy }) return false;
        seenAt = time.GetUtcNow();
        var sentence = copy.Sentence(Identity.Worker.Daemon, clock);
        if (troubles.Has(TroubleKind.SecondCopy))
        {
            troubles.Renew(TroubleKind.SecondCopy, sentence);
            return false;
        }

        troubles.Begin(TroubleKind.SecondCopy, sentence);
        return true;
    }

    /// <summary>Says again what was approved here and undone there; ends the trouble when the other has been silent for long. </summary>
    public async Task<Progress> StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var subject in shownOut) await SayAgainAsync(subject, now, cancel);
        shownOut.Clear();
        if (!troubles.Has(TroubleKind.SecondCopy) || !Deadline.IsDue(seenAt + GoneAfter, now, GoneAfter)) return Progress.None;
        troubles.End(TroubleKind.SecondCopy);
        return Progress.Changed;
    }

    /// <summary>
    /// Enabling an external account changes nothing in Grafana, which refuses it; but the line of the log says to the other copy that it is
    /// approved. Others are not enabled here: whoever disabled them may have meant it.
    /// </summary>
    private async Task SayAgainAsync(string subject, DateTimeOffset now, CancellationToken cancel)
    {
        if (memory.Book.FindByIdOrUid(subject) is not { Status: AccountStatus.Admitted, Approving: null } account) return;
        if (said.TryGetValue(account, out var at) && !Deadline.IsDue(at + SaidAgainAfter, now, SaidAgainAfter)) return;
        said[account] = now;
        if ((await grafana.UserAsync(account.Id, cancel)).Value is { IsExternal: true, IsDisabled: false })
            await grafana.EnableAsync(account.Id, cancel);
    }
}
