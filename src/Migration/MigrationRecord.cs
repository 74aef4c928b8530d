using Athena.Common.Daemon.Units;

namespace Athena.Migration;

/// <summary>
/// What a change of guards found when it began: enough to go on with it, or to put everything back, by a process that knows nothing else.
/// On disk before anything is changed; while it lies there the change has not come to its end.
/// </summary>
/// <param name="Daemon">Whose.</param>
/// <param name="BeganAt">When.</param>
/// <param name="By">By whom.</param>
/// <param name="Old">The guard of before; its <see cref="OldUnits.Files"/> are empty on a fresh host.</param>
/// <param name="LastGoodRun">When the guard of before last looked; null when it is not known.</param>
/// <param name="KeptIn">The directory where the old units are kept.</param>
/// <param name="WasOursEnabled">Our unit was started at boot before.</param>
/// <param name="WasOursActive">Our unit ran before.</param>
internal sealed record MigrationRecord(
    string Daemon, DateTimeOffset BeganAt, string By, OldUnits Old, DateTimeOffset? LastGoodRun, string KeptIn, bool WasOursEnabled,
    bool WasOursActive)
{
    /// <summary>
    /// Where a unit file is kept: <c>…/grafana-auto-disable.timer</c>, a drop-in below <c>….timer.d</c>; one from elsewhere than /etc
    /// apart.
    /// </summary>
    public string Kept(string path)
    {
        var folder = OldUnits.Folders.First(f => path.StartsWith(f + "/", StringComparison.Ordinal));
        return folder == OldUnits.Folders[0]
            ? KeptIn + path[folder.Length..]
            : $"{KeptIn}/{folder.Trim('/').Replace('/', '-')}{path[folder.Length..]}";
    }
}
