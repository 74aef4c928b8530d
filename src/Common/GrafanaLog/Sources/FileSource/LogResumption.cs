namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>Where reading goes on, and whether anything was missed.</summary>
/// <param name="File">Open and at its place; null when there is nothing to read yet.</param>
/// <param name="Obstacle">With no file: what was found in its place.</param>
internal sealed record LogResumption(LogFile? File, LogContinuity Continuity, FileStatus Obstacle = default)
{
    /// <summary>
    /// Lines are not strictly in order (docs/grafana.md §1); a file that begins this little before the last line seen is a new one.
    /// </summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Finds the kept place again. The file is known by its inode (a device number can be another after a reboot) and by the bytes before
    /// the place; a copy, from a restored backup for example, by the bytes alone. When it is not found and the log itself cannot be read,
    /// nothing is decided yet.
    /// </summary>
    public static LogResumption At(LogPosition position, string source, string path, DateTimeOffset now)
    {
        if (position.Source != source)
            return AfterGap(path, position.LastLineAt, now, $"The log that is read was {position.Source} before and is {source} now.");

        LogFile? copy = null;
        bool wasRewritten = false;
        FileStatus? obstacle = null;
        foreach (NativePath candidate in Candidates(path, RotatedFiles.All))
        {
            if (LogFile.TryOpen(candidate, out FileStatus status) is not { } file)
            {
                if (candidate.ToString() == path)
                    obstacle = status;
                continue;
            }
            bool hasInode = HasInode(position, file.Identity);
            // Before the first line there are no bytes to know a file by.
            bool hasPlace = (hasInode || position.Offset > 0) && file.TryStandAt(position.Offset, position.Fingerprint);
            if (hasInode && hasPlace)
            {
                copy?.Dispose();
                return new(file, LogContinuity.Continuous);
            }

            wasRewritten |= hasInode;
            if (hasPlace && copy is null)
                copy = file;
            else
                file.Dispose();
        }

        if (obstacle is { } found)
        {
            copy?.Dispose();
            return new(null, LogContinuity.Continuous, found);
        }

        string rewritten = $"{path} was truncated or rewritten.";
        return (copy, wasRewritten) switch
        {
            (not null, false) => new(copy, LogContinuity.Continuous),
            // Copied and then truncated, as logrotate's copytruncate does: the copy is read on, but what came between the two is lost.
            (not null, true) => new(copy, new LogContinuity(false, position.LastLineAt, now, rewritten)),
            (null, true) => AfterGap(path, position.LastLineAt, now, rewritten),
            (null, false) => AfterGap(path, position.LastLineAt, now,
                $"The file that was read last is gone or may not be read, and none beside {path} has what was read of it."),
        };
    }

    /// <summary>
    /// Begins with the oldest file that was begun after the last line seen, so that nothing is read twice and as little as possible missed.
    /// </summary>
    public static LogResumption AfterGap(string path, DateTimeOffset? lastLineAt, DateTimeOffset now, string why)
    {
        LogFile? begin = null;
        DateTimeOffset? beginsAt = null;
        foreach (NativePath candidate in Candidates(path, RotatedFiles.Series))
        {
            if (LogFile.TryOpen(candidate, out FileStatus status) is not { } file)
            {
                if (begin is null)
                    return new(null, new LogContinuity(false, lastLineAt, now, why), status);
                break;
            }

            DateTimeOffset? firstTime = file.FirstTime();
            bool isNew = lastLineAt is not null && !(firstTime < lastLineAt - Disorder);
            if (!isNew && begin is not null)
            {
                file.Dispose();
                break;
            }
            begin?.Dispose();
            begin = file;
            if (!isNew)
            {
                file.StandAtEnd();
                break;
            }
            beginsAt = firstTime ?? beginsAt;
        }
        return new(begin, new LogContinuity(false, lastLineAt, beginsAt ?? now, why));
    }

    /// <summary>
    /// The log itself, then what it was renamed to, youngest first. Those are listed when the log has been opened: one that is renamed just
    /// then would be missed by a list from before.
    /// </summary>
    private static IEnumerable<NativePath> Candidates(string path, Func<string, IReadOnlyList<NativePath>> rotated)
    {
        yield return new NativePath(path);
        foreach (NativePath file in rotated(path).Reverse()) yield return file;
    }

    private static bool HasInode(LogPosition position, FileIdentity identity) =>
        position.FileId.EndsWith($":{identity.Inode}", StringComparison.Ordinal);
}
