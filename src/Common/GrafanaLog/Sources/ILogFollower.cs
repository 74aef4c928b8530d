using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Sources;

/// <summary>
/// A log that is followed as it grows. Not thread-safe: one thread owns it. Nothing here throws for what a log does;
/// what cannot be read is a <see cref="LogRead.Problem"/>.
/// </summary>
public interface ILogFollower : IDisposable
{
    /// <summary>
    /// Starts behind <paramref name="position"/>, or at the present end when it is null, and says whether anything was missed.
    /// Rotated predecessors are read through as far as they still exist.
    /// </summary>
    LogContinuity Open(LogPosition? position);

    /// <summary>
    /// Hands over every complete line that has been appended since the last call and returns at once when there is none.
    /// At most about 4 MiB are read in one call, so that a long backlog does not hold up its owner.
    /// </summary>
    LogRead Read(LineHandler onLine);

    /// <summary>
    /// Waits between two reads: for the pause, or for a notice of news where there is such a thing, whichever may be relied upon.
    /// </summary>
    void Wait(TimeSpan pause);
}

/// <summary>What one look at a followed log brought.</summary>
/// <param name="Lines">Complete lines handed to the handler.</param>
/// <param name="Position">Where reading goes on; null while there is nothing to stand on (file absent).</param>
/// <param name="Gap">A gap discovered by this look (truncated, rotated away unread); null when there is none.</param>
/// <param name="Problem">Why nothing can be read now (absent, permission denied, console format), with the remedy; null when
/// readable.</param>
public sealed record LogRead(int Lines, LogPosition? Position, LogContinuity? Gap, string? Problem);

/// <summary>
/// Whether what is read next follows without a gap on what was read before. Said at each start and whenever a file is rotated away,
/// truncated or unreadable for a while.
/// </summary>
/// <param name="IsContinuous">True when nothing can have been missed.</param>
/// <param name="From">Begin of the gap: time of the last line seen; null when nothing was ever read.</param>
/// <param name="To">End of the gap: time of the first line that can be seen, or now.</param>
/// <param name="Why">What happened, as a sentence for the sysadmin; empty when continuous.</param>
public sealed record LogContinuity(bool IsContinuous, DateTimeOffset? From, DateTimeOffset? To, string Why)
{
    /// <summary>Nothing was missed.</summary>
    public static LogContinuity Continuous { get; } = new(true, null, null, "");

    /// <summary>Several gaps of one read are told as one, from the first begin to the last end.</summary>
    internal static LogContinuity? Join(LogContinuity? earlier, LogContinuity? later)
    {
        if (later is null || later.IsContinuous)
            return earlier;
        return earlier is null or { IsContinuous: true } ? later : later with { From = earlier.From, Why = $"{earlier.Why} {later.Why}" };
    }
}

/// <summary>
/// A place in a log that survives a restart: everything before it has been read. Kept in a daemon's state.
/// In a file it is told by identity, offset and fingerprint, in a journal and in a Loki by the cursor alone.
/// </summary>
/// <param name="Source">What was read, as the setting names it: <c>file:/var/log/grafana/grafana.log</c>,
/// <c>journal:grafana-server.service</c>, <c>loki:https://loki.example:3100</c>.</param>
/// <param name="FileId">Device and inode of the file, <c>dev:inode</c>.</param>
/// <param name="Offset">Bytes read from the start of that file; always just behind a line end.</param>
/// <param name="Fingerprint">Hash of the bytes just before the offset: tells a rewritten or re-used file from the one that was
/// read.</param>
/// <param name="LastLineAt">Time (<c>t=</c>) of the last line read that had one; null when none had.</param>
public sealed record LogPosition(string Source, string FileId, long Offset, string Fingerprint, DateTimeOffset? LastLineAt)
{
    /// <summary>
    /// In a journal: the cursor of the entry read last (sd_journal_get_cursor(3)); in a Loki: its time in nanoseconds since 1970 and,
    /// behind a colon, what tells the entries of that time that were read. Null in a file.
    /// </summary>
    public string? Cursor { get; init; }

    public static LogPosition ByCursor(string source, string cursor, DateTimeOffset? lastLineAt) =>
        new(source, "", 0, "", lastLineAt) { Cursor = cursor };
}
