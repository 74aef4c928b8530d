using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.JournalSource;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>A directory with journal files, and a reader that follows them.</summary>
internal sealed class JournalDirectory : IDisposable
{
    public JournalDirectory(string? folder = null)
    {
        isOurs = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("athena-journal-").FullName;
        Log = new JournalLog(Unit, Time);
    }

    private readonly bool isOurs;

    public string Folder { get; }

    public JournalUnit Unit => new(JournalEntry.Unit, Folder);

    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    public JournalLog Log { get; private set; }

    /// <summary>What the last look brought.</summary>
    public LogRead Last { get; private set; } = new(0, null, null, null);

    /// <summary>Every gap that a look brought.</summary>
    public List<LogContinuity> Gaps { get; } = [];

    public string PathOf(string name) => Path.Combine(Folder, name + ".journal");

    /// <summary>Makes a whole file, or goes on with it.</summary>
    public void Write(string name, params JournalEntry[] entries)
    {
        using var feed = new JournalFeed(PathOf(name));
        feed.Write(entries);
    }

    /// <summary>Renames the file that is being written as journald does, so that it counts as archived.</summary>
    public string Archive(string name)
    {
        string archived = PathOf($"{name}@{Guid.NewGuid():N}");
        File.Move(PathOf(name), archived);
        return archived;
    }

    /// <summary>One look, and those that it takes until nothing new is found.</summary>
    /// <returns>The messages that they brought.</returns>
    public string[] Look() => [.. LookAtLines().Select(line => LogLine.Parse(line).Message.ToString())];

    public List<byte[]> LookAtLines()
    {
        var found = new List<byte[]>();
        for (int idle = 0; idle < 2; idle = Last.Lines > 0 ? 0 : idle + 1)
        {
            int before = found.Count;
            Last = Log.Read(line => found.Add(line.ToArray()));
            if (Last.Gap is { } gap)
                Gaps.Add(gap);
            Assert.That(Last.Lines, Is.EqualTo(found.Count - before));
        }
        return found;
    }

    /// <summary>Looks until so many messages were found; the writer is another process.</summary>
    public string[] LookFor(int count)
    {
        var found = new List<string>();
        long begin = TimeProvider.System.GetTimestamp();
        while (found.Count < count && TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(20))
        {
            found.AddRange(Look());
            Time.Advance(TimeSpan.FromMilliseconds(10)); // As between two looks of the daemon.
            Thread.Yield();
        }
        return [.. found];
    }

    /// <summary>The daemon ends and starts again with the position that it kept.</summary>
    public LogContinuity Restart()
    {
        Stop();
        return Log.Open(Last.Position);
    }

    public void Stop()
    {
        Log.Dispose();
        Log = new JournalLog(Unit, Time);
    }

    public void Dispose()
    {
        Log.Dispose();
        if (isOurs)
            Directory.Delete(Folder, recursive: true);
    }
}
