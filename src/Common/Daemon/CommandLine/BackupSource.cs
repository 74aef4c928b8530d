using System.CommandLine;
using Athena.Common.State.Backups;
using Athena.Common.State.Persons;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>What <c>backup</c>, <c>restore</c> and <c>person</c> are to know of a daemon.</summary>
/// <param name="Parts">Of which files its memory consists.</param>
/// <param name="Adopt">
/// Makes a memory out of a backup fit to go on with, before it is put in its place: what the daemon has done since the backup was made is
/// not known to it. Tells the person what that means.
/// </param>
public sealed record BackupSource<TSettings>(
    BackupContents Parts, Func<RestoredBackup, WorkerContext<TSettings>, ParseResult, CancellationToken, Task> Adopt)
{
    /// <summary>Options of <c>restore</c> that only this daemon has.</summary>
    public IReadOnlyList<Option> RestoreOptions { get; init; } = [];

    /// <summary>What it keeps of people beside messages and audit, by the state directory.</summary>
    public Func<string, IReadOnlyList<IPersonShelf>> Persons { get; init; } = _ => [];
}
