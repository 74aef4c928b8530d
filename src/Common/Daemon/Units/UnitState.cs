namespace Athena.Common.Daemon.Units;

/// <summary>What systemd says of a unit (systemctl(1), <c>show</c>).</summary>
/// <param name="Name">With its ending.</param>
/// <param name="Load"><c>loaded</c>, <c>not-found</c>, <c>masked</c>, <c>bad-setting</c>…</param>
/// <param name="Active"><c>active</c>, <c>activating</c>, <c>inactive</c>, <c>failed</c>…</param>
/// <param name="Sub">For a timer <c>waiting</c>, <c>running</c> or <c>elapsed</c>; for a service <c>exited</c>, <c>running</c>…</param>
/// <param name="Path">The file that is in force; null when there is none.</param>
/// <param name="Result"><c>success</c>, or how the last run ended.</param>
/// <param name="ExitStatus">Exit code of the last run.</param>
/// <param name="Began">When the last run began; null when it is not known.</param>
/// <param name="Ended">When it ended; null while it runs, or when it is not known.</param>
internal sealed record UnitState(
    string Name, string Load, string Active, string Sub, string? Path, string Result, int ExitStatus, DateTimeOffset? Began,
    DateTimeOffset? Ended)
{
    /// <summary>Directories of packages (systemd.unit(5)); on Debian and Ubuntu the one is a link to the other.</summary>
    private static readonly string[] PackageFolders = ["/lib/systemd/system/", "/usr/lib/systemd/system/"];

    /// <summary>The packaged unit is in force, not one of the same name that somebody wrote themselves.</summary>
    public bool IsPackaged => Path is { } path && PackageFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    public bool IsActive => Active is "active" or "reloading";

    /// <summary>A timer that will never run its unit again by itself counts as well: it has <see cref="IsSpent"/>.</summary>
    public bool IsSpent => Sub == "elapsed";

    /// <summary>A process of it runs or is about to.</summary>
    public bool IsRunning => Active is "activating" or "deactivating" or "reloading" || (Active == "active" && Sub != "exited");

    /// <summary>The last run ended, and well.</summary>
    public bool HasRunWell => Result == "success" && ExitStatus == 0 && Began is not null && Ended >= Began;
}
