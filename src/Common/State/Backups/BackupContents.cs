using System.Text.RegularExpressions;
using Athena.Common.State.Audit;

namespace Athena.Common.State.Backups;

/// <summary>
/// Of which files a daemon's memory consists, beside state and audit, which each has. What is not named here is in no backup: the lock, the
/// session in Grafana (a secret), temporary files.
/// </summary>
/// <param name="Books">Further files, such as <c>totals.jsonl</c>.</param>
/// <param name="Folders">
/// Folders with one file of JSON a thing, or of lines of it a day, in the order in which they are copied: what the daemon writes last
/// comes first.
/// </param>
public sealed partial record BackupContents(IReadOnlyList<string> Books, IReadOnlyList<string> Folders)
{
    public const string StateName = FileState<object>.FileName;
    public const string PreviousStateName = FileState<object>.PreviousName;
    public const string UnfinishedStateName = FileState<object>.TemporaryName;
    public const string ChangesName = FileState<object>.ChangesName;
    public const string PreviousChangesName = FileState<object>.PreviousChangesName;

    /// <summary>
    /// Whether a path, as a backup names it, is one that a daemon of this kind writes. Anything else is refused: no way leads out.
    /// </summary>
    public bool Holds(string path) => path.Split('/') switch
    {
        [var name] => name is StateName or PreviousStateName or UnfinishedStateName or ChangesName or PreviousChangesName
            or AuditOptions.FileName or AuditOptions.VerdictsName or AuditOptions.HeadName or AuditOptions.LastStartName
                || Books.Contains(name),
        [var folder, var name] => Folders.Contains(folder) && IsPlain(name),
        _ => false,
    };

    /// <summary>A file as the folders hold them: no dot in front, no temporary one.</summary>
    internal static bool IsPlain(string name) => Plain().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.jsonl?\z")]
    private static partial Regex Plain();
}

/// <summary>A file of a backup, as its manifest names it.</summary>
/// <param name="Path">Below the state directory, with slashes: <c>outbox/0f….json</c>.</param>
/// <param name="Sha256">Of its content, in hexadecimal.</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256);
