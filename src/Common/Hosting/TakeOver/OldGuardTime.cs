using System.Globalization;

namespace Athena.Common.Hosting.TakeOver;

/// <summary>Until when the old guard looked, for certain: the begin of its last run that ended well.</summary>
internal static class OldGuardTime
{
    /// <summary>A run is often under way just now; it ends soon.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>Times of accounts carry whole seconds, and a script asks a moment after it has begun.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>Under its own name or as the stand-in of a change that was cut off, which may have guarded for days.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public static async Task<DateTimeOffset?> FindLatestAsync(string daemon, IServiceManager systemd, TimeProvider time, CancellationToken cancel)
    {
        var own = await FindAsync(daemon + ".service", systemd, time, cancel).ConfigureAwait(false);
        var standIn = await FindAsync(StandIn.Name(daemon) + ".service", systemd, time, cancel).ConfigureAwait(false);
        return standIn > own || own is null ? standIn : own;
    }

    /// <summary>Null when neither systemd nor the journal knows.</summary>
    public static async Task<DateTimeOffset?> FindAsync(string service, IServiceManager systemd, TimeProvider time, CancellationToken cancel)
    {
        var began = time.GetUtcNow();
        while (true)
        {
            var state = systemd.Show(service);
            if (state.IsPackaged) return null;
            if (!state.IsRunning && state.HasRunWell) return state.Began;
            if (!state.IsRunning || time.GetUtcNow() - began > Patience) return systemd.LastGoodRunInJournal(service);
            await Task.Delay(Glance, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>As the daemon's <c>--before</c> takes it.</summary>
    public static string Argument(DateTimeOffset lastGoodRun) => (lastGoodRun - Margin).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}
