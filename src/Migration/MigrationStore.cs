using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.Daemon.Units;

namespace Athena.Migration;

/// <summary>
/// Where changes of guards are written down: the one under way, and those that came to their end with the units they replaced.
/// </summary>
internal sealed class MigrationStore(string daemon, IUnitFiles files)
{
    public const string Folder = "/var/lib/athena-workers";
    private const string Replaced = Folder + "/replaced";

    private string UnderWay => $"{Folder}/take-over/{daemon}.json";

    private string FileName => $"take-over-{daemon}.json";

    /// <summary>The change that has not come to its end; null when there is none.</summary>
    /// <exception cref="IOException">Its record cannot be understood.</exception>
    public MigrationRecord? Open => files.Exists(UnderWay) ? Read(UnderWay) : null;

    /// <summary>The last activation that came to its end and was not handed back; null when there is none.</summary>
    /// <exception cref="IOException">Its record cannot be understood.</exception>
    public MigrationRecord? Last => files.Directories(Replaced).Select(folder => $"{folder}/{FileName}").Where(files.Exists).Select(Read)
        .MaxBy(record => record.BeganAt);

    /// <summary>
    /// <c>/var/lib/athena-workers/replaced/2026-11-21</c>, with a number behind it when that day's has something of this daemon already.
    /// </summary>
    public string NewFolder(DateTimeOffset now)
    {
        var day = $"{Replaced}/{now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
        for (var n = 1; ; n++)
        {
            var folder = n == 1 ? day : string.Create(CultureInfo.InvariantCulture, $"{day}.{n}");
            if (!files.Exists($"{folder}/{FileName}") && !files.Exists($"{folder}/{daemon}.service")
                && !files.Exists($"{folder}/{daemon}.timer"))
                return folder;
        }
    }

    /// <summary>Before anything is changed.</summary>
    public void Begin(MigrationRecord record) => files.Write(UnderWay, Write(record));

    /// <summary>The activation is done: kept beside the units that it replaced, for a revert.</summary>
    public void Keep(MigrationRecord record)
    {
        if (record.Old.Files.Count > 0) files.Write($"{record.KeptIn}/{FileName}", Write(record));
        files.Remove(UnderWay);
    }

    /// <summary>Everything is as it was; copies of the old units are not needed any more.</summary>
    public void Drop(MigrationRecord record)
    {
        files.Remove($"{record.KeptIn}/{FileName}");
        foreach (var path in record.Old.Files) files.Remove(record.Kept(path));
        files.Remove(UnderWay);
    }

    private static string Write(MigrationRecord record) => JsonSerializer.Serialize(record, MigrationJson.Default.MigrationRecord) + "\n";

    private MigrationRecord Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(files.Read(path), MigrationJson.Default.MigrationRecord)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new IOException(
                $"{path} cannot be understood: {e.Message} It says which units belong to the old timer; put them back by hand from "
                + $"{Replaced}, then move it away.",
                e);
        }
    }
}

/// <summary>How it lies on the disk.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(MigrationRecord))]
internal sealed partial class MigrationJson : JsonSerializerContext;

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

/// <summary>What a change of guards must know about the daemon.</summary>
/// <param name="Daemon">Its name.</param>
/// <param name="MayRunAnyTime">
/// One more run of the old guard harms nobody, and proves that it works. Not so where each run sends a report.
/// </param>
/// <param name="WhyNotYet">From the daemon's status: why it does not do its work yet; null when it does.</param>
internal sealed record MigrationTarget(string Daemon, bool MayRunAnyTime, Func<CancellationToken, Task<string?>> WhyNotYet);
