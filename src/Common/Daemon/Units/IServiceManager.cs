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
