namespace Athena.Common.Daemon.Units;

/// <summary>
/// systemd, as far as a change of guards needs it. Units are named with their ending. What cannot be asked or done at all is an
/// <see cref="IOException"/> with systemd's own words.
/// </summary>
internal interface IServiceManager
{
    UnitState Show(string unit);

    /// <summary>Reads all unit files anew (<c>daemon-reload</c>).</summary>
    void Reload();

    /// <summary>
    /// Starts a unit and waits for its job: null when that went well, else systemd's words. Nothing happens to one that is active.
    /// </summary>
    Task<string?> StartAsync(string unit, CancellationToken cancel);

    /// <summary>Stops a unit and waits for it. Nothing happens to one that does not run.</summary>
    Task StopAsync(string unit, CancellationToken cancel);

    /// <summary>Forgets that a unit has failed.</summary>
    void ResetFailed(string unit);

    /// <summary>Until the next boot at the latest, <paramref name="unit"/> cannot be started by anybody, or can again.</summary>
    void SetMasked(string unit, bool isMasked);

    /// <summary>The last lines that a unit logged since then, for a person.</summary>
    string Said(string unit, DateTimeOffset since);

    /// <summary>When the last run of a service began that the journal knows to have ended well; null when it knows of none.</summary>
    DateTimeOffset? LastGoodRunInJournal(string service);

    /// <summary>Runs one command of the daemon as its unit would: with its user, groups, settings, credentials and sandbox.</summary>
    /// <param name="arguments">Of the daemon's own binary.</param>
    /// <param name="dropIns">Further unit files that count, whole texts.</param>
    /// <param name="withState">Whether the state directory is there, and is made if it is not.</param>
    /// <param name="cancel">Ends the command.</param>
    Task<TaskResult> RunAsUnitAsync(
        IReadOnlyList<string> arguments, IReadOnlyList<string> dropIns, bool withState, CancellationToken cancel);

    /// <summary>Gives our unit the group of Grafana's log where there is one.</summary>
    void GiveLogGroup();
}

/// <summary>How a command of the daemon ended that ran in its unit's sandbox.</summary>
/// <param name="ExitCode">Its exit code; null when systemd could not even start it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, or systemd's words.</param>
internal sealed record TaskResult(int? ExitCode, string Output, string Error);

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
