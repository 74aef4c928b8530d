using System.Text.Json.Serialization;

namespace Athena.Common.Daemon.Units;

/// <summary>The guard that was before ours: units of our name that somebody wrote themselves, and what enables them.</summary>
/// <param name="Files">Paths of the unit files and of those drop-ins that go with them.</param>
/// <param name="StayingDropIns">Drop-ins of the service that are in force for ours as well, such as credentials.</param>
/// <param name="Links">Links that start them at boot.</param>
/// <param name="WasActive">Whether it guarded when we came.</param>
internal sealed record OldUnits(
    IReadOnlyList<string> Files, IReadOnlyList<string> StayingDropIns, IReadOnlyList<UnitLink> Links, bool WasActive)
{
    /// <summary>Made by our own packages for our own unit.</summary>
    public const string OurDropIn = "10-grafana-log.conf";

    /// <summary>Where units lie that win over a package's (systemd.unit(5)), the strongest first.</summary>
    public static readonly IReadOnlyList<string> Folders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system"];

    /// <summary>Whether there is a unit of before at all: a drop-in alone is none.</summary>
    [JsonIgnore]
    public bool Exist => Files.Any(file => !file.Contains(".d/", StringComparison.Ordinal));

    /// <summary>What is started for it to guard: the timer, or the service where there is no timer.</summary>
    public string Entry(string daemon) =>
        Files.Any(file => Path.GetFileName(file) == daemon + ".timer") ? daemon + ".timer" : daemon + ".service";

    /// <summary>Whether it comes back by itself when the machine starts.</summary>
    [JsonIgnore]
    public bool IsEnabled => Links.Count > 0;

    public static OldUnits Find(string daemon, IUnitFiles files, Func<string, UnitState> show)
    {
        var (own, staying) = (new List<string>(), new List<string>());
        foreach (var folder in Folders)
        {
            foreach (var unit in (string[])[daemon + ".timer", daemon + ".service"])
            {
                if (files.Exists($"{folder}/{unit}")) own.Add($"{folder}/{unit}");
                foreach (var dropIn in files.Files($"{folder}/{unit}.d")
                    .Where(path => path.EndsWith(".conf", StringComparison.Ordinal) && Path.GetFileName(path) != OurDropIn))
                {
                    // Below /run somebody put it for now; it is gone at the next boot and none of ours.
                    if (folder.StartsWith("/run/", StringComparison.Ordinal)) continue;
                    (unit.EndsWith(".timer", StringComparison.Ordinal) || UnitText.BelongsToOldGuard(files.Read(dropIn)) ? own : staying)
                        .Add(dropIn);
                }
            }
        }

        var found = new OldUnits(own, staying, FindLinks(daemon, files), WasActive: false);
        // Without a unit of before, drop-ins were made for ours.
        if (!found.Exist)
            return found with
            {
                Files = [],
                StayingDropIns = [.. staying.Concat(own).Where(path => path.Contains(".service.d/", StringComparison.Ordinal))],
                Links = [],
            };
        var entry = show(found.Entry(daemon));
        return found with { WasActive = entry.IsActive || (entry.Name.EndsWith(".service", StringComparison.Ordinal) && entry.IsRunning) };
    }

    private static List<UnitLink> FindLinks(string daemon, IUnitFiles files) =>
    [
        .. files.Directories(Folders[0])
            .Where(folder => folder.EndsWith(".wants", StringComparison.Ordinal) || folder.EndsWith(".requires", StringComparison.Ordinal))
            .SelectMany(folder => new[] { $"{folder}/{daemon}.timer", $"{folder}/{daemon}.service" })
            .Select(path => (Path: path, Target: files.LinkTarget(path)))
            .Where(link => link.Target is not null && !IsPackaged(link.Target))
            .Select(link => new UnitLink(link.Path, link.Target!)),
    ];

    private static bool IsPackaged(string target) =>
        target.StartsWith("/lib/systemd/", StringComparison.Ordinal) || target.StartsWith("/usr/lib/systemd/", StringComparison.Ordinal);
}

/// <summary>A link that starts a unit at boot.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Target">As it is written in it.</param>
internal sealed record UnitLink(string Path, string Target);

/// <summary>The timer of a daemon's name that was at work on this host before the daemon.</summary>
public static class OldTimer
{
    /// <summary>The name under which it goes on while ours starts: <c>grafana-auto-disable-before</c>.</summary>
    public static string StandIn(string daemon) => daemon + "-before";

    /// <summary>Whether it is there, under its own name or, while guards change, under the other one.</summary>
    public static bool IsThere(string daemon) => OldUnits.Folders.Any(
        folder => File.Exists($"{folder}/{daemon}.timer") || File.Exists($"{folder}/{StandIn(daemon)}.timer"));
}
