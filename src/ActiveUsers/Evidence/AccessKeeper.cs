using System.Security.Cryptography;
using Athena.ActiveUsers.Access;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.Evidence;

/// <summary>Keeps who did what in each window, and says in the audit what was kept.</summary>
/// <param name="sensitive">Tells our own people of it once a month; null tells nobody.</param>
internal sealed class AccessKeeper(AccessBook book, EventRecorder eventRecorder, SensitiveNotifier? sensitive = null)
{
    private const int SaltBytes = 16;

    /// <summary>
    /// On disk when it returns, or said in the journal. After a crash a window is kept once more: the later one counts, here and in the
    /// audit.
    /// </summary>
    public void Keep(Pulse pulse, AccessTally? access)
    {
        if (access is null) return;
        var window = AccessWindow.Of(pulse, access, () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes)));
        if (book.Append(window) is { } problem) eventRecorder.Trouble(problem);
        else eventRecorder.Kept(window);
    }

    /// <summary>To be called on each round.</summary>
    /// <param name="titles">Of dashboards, by uid, as many as Grafana knows.</param>
    /// <returns>Whether the state was changed.</returns>
    public async Task<bool> StepAsync(
        Func<IEnumerable<string>, CancellationToken, Task<IReadOnlyDictionary<string, string>>> titles, CancellationToken cancel)
    {
        book.TrimIfDue();
        return sensitive is not null && await sensitive.StepAsync(titles, cancel).ConfigureAwait(false);
    }
}
