namespace Athena.Common.Logs;

/// <summary>How far back a log could be read, see <see cref="LogSource.ReadSince"/>.</summary>
/// <param name="Begins">From when on it holds what was written; null when nothing could be read.</param>
/// <param name="Problem">Why something in it could not be read, with the remedy; null when everything could.</param>
public sealed record LogPast(DateTimeOffset? Begins, string? Problem)
{
    /// <summary>The file and those that it was renamed to, as far as they are not packed, oldest first.</summary>
    internal static LogPast OfFile(string path, DateTimeOffset since, LineHandler onLine)
    {
        // The present log is opened before the others are listed: if it is rotated away in between, it is in the list a second time.
        using LogFile? live = LogFile.TryOpen(new NativePath(path), out FileStatus status);
        List<string> problems = live is null ? [FileRemedy.Describe(path, status)] : [];
        var files = new List<LogFile>();
        DateTimeOffset? begins = null;
        try
        {
            if (live is not null)
            {
                files.Add(live);
                begins = live.FirstTime();
            }

            // Backwards until a file that was begun before.
            foreach (NativePath rotated in RotatedFiles.Series(path).Reverse())
            {
                if (begins < since)
                    break;
                if (LogFile.TryOpen(rotated, out status) is not { } file)
                    problems.Add(FileRemedy.Describe(rotated.ToString(), status));
                else if (file.Identity == live?.Identity)
                    file.Dispose();
                else
                {
                    files.Insert(0, file);
                    begins = file.FirstTime() ?? begins;
                }
            }

            var tally = new LineTally();
            long budget = long.MaxValue;
            foreach (LogFile file in files)
            {
                if (file.Drain(From(since, onLine), tally, ref budget) != DrainEnd.EndOfFile)
                    problems.Add($"A file of {path} was truncated or rewritten while it was read.");
            }
            if (tally.IsConsole)
                problems.Add(FileRemedy.DescribeConsole(path));
        }
        catch (IOException fault)
        {
            problems.Add($"{path} cannot be read: {fault.Message}");
        }
        finally
        {
            foreach (LogFile file in files)
                file.Dispose();
        }
        return new LogPast(begins, problems.Count == 0 ? null : string.Join(' ', problems));
    }

    /// <summary>Only the lines since then: those of the logger, each of which has a time.</summary>
    internal static LineHandler From(DateTimeOffset since, LineHandler onLine) => line =>
    {
        if (LogLine.Parse(line).Time >= since)
            onLine(line);
    };
}
