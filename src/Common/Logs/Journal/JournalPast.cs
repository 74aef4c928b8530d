namespace Athena.Common.Logs.Journal;

/// <summary>Reads what a unit wrote to the journal since a time, once, for <see cref="LogSource.ReadSince"/>.</summary>
internal static class JournalPast
{
    /// <summary>An entry's time is that of its arrival at journald, somewhat after that of its line; the clock may have been set meanwhile.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    public static LogPast Read(JournalUnit unit, DateTimeOffset since, LineHandler onLine)
    {
        var files = new JournalFiles(unit);
        if (files.Obstacle() is { } obstacle)
            return new LogPast(null, obstacle);
        try
        {
            using JournalReader reader = JournalReader.Open(unit);
            var tally = new LineTally();
            var lines = new JournalLines(unit.Name, tally);
            LineHandler wanted = LogPast.From(since, onLine);
            reader.StandBehind(since - Slack);
            using (reader.Hold())
            {
                while (reader.MoveNext())
                {
                    lines.Take(reader, wanted);
                    reader.MarkRead();
                }
            }

            List<string> problems = lines.TakeDropped() is { } dropped ? [dropped.Why] : [];
            if (files.Look(since) is { Damaged: { Count: > 0 } damaged })
                problems.Add($"Not all of the journal can be read: {string.Join(", ", damaged)} is damaged. 'journalctl --verify' tells more.");
            if (tally.IsConsole)
                problems.Add(JournalRemedy.Console(unit.Name));
            return new LogPast(reader.Begins, problems.Count == 0 ? null : string.Join(' ', problems));
        }
        catch (DllNotFoundException)
        {
            return new LogPast(null, JournalRemedy.NoLibrary);
        }
        catch (JournalException fault)
        {
            return new LogPast(null, fault.Message);
        }
    }
}
