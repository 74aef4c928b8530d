namespace Athena.Common.GrafanaLog.Sources;

/// <summary>
/// A place in a log that survives a restart: everything before it has been read. Kept in a daemon's state.
/// In a file it is told by identity, offset and fingerprint, in a journal by the cursor alone.
/// </summary>
/// <param name="Source">What was read, as the setting names it: <c>file:/var/log/grafana/grafana.log</c>,
/// <c>journal:grafana-server.service</c>.</param>
/// <param name="FileId">Device and inode of the file, <c>dev:inode</c>.</param>
/// <param name="Offset">Bytes read from the start of that file; always just behind a line end.</param>
/// <param name="Fingerprint">Hash of the bytes just before the offset: tells a rewritten or re-used file from the one that was
/// read.</param>
/// <param name="LastLineAt">Time (<c>t=</c>) of the last line read that had one; null when none had.</param>
public sealed record LogPosition(string Source, string FileId, long Offset, string Fingerprint, DateTimeOffset? LastLineAt)
{
    /// <summary>In a journal: the cursor of the entry read last (sd_journal_get_cursor(3)); null in a file.</summary>
    public string? Cursor { get; init; }

    public static LogPosition InJournal(string source, string cursor, DateTimeOffset? lastLineAt) =>
        new(source, "", 0, "", lastLineAt) { Cursor = cursor };
}
