using System.Text;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>A directory in which a log is written and rotated as Grafana does, and a reader that follows it.</summary>
internal sealed class LogDirectory : IDisposable
{
    private int rotations;

    public LogDirectory()
    {
        Folder = Directory.CreateTempSubdirectory("athena-logs-").FullName;
        Path = System.IO.Path.Combine(Folder, "grafana.log");
        Log = new FileLog(Path, Time);
    }

    public string Folder { get; }

    public string Path { get; }

    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    public FileLog Log { get; private set; }

    /// <summary>The messages of all lines that were read so far.</summary>
    public List<string> Read { get; } = [];

    /// <summary>What the last look brought.</summary>
    public LogRead Last { get; private set; } = new(0, null, null, null);

    /// <summary>A line of Grafana's logger with this message; the minute gives its time on the day of <see cref="Time"/>.</summary>
    public static string Line(string message, int minute = 0) =>
        $"logger=test t=2026-11-21T11:{minute:D2}:00Z level=info msg={message}\n";

    public static DateTimeOffset At(int minute) => new(2026, 11, 21, 11, minute, 0, TimeSpan.Zero);

    public void Append(string text) => File.AppendAllText(Path, text, new UTF8Encoding(false));

    /// <summary>Renames the log as Grafana does and leaves the name to a new file, which is not there yet.</summary>
    /// <returns>The new name.</returns>
    public string Rotate()
    {
        string rotated = $"{Path}.2026-11-21.{++rotations:D3}";
        File.Move(Path, rotated);
        return rotated;
    }

    /// <summary>One look.</summary>
    /// <returns>The messages that it brought.</returns>
    public string[] Look()
    {
        int before = Read.Count;
        Last = Log.Read(line => Read.Add(LogLine.Parse(line).Message.ToString()));
        string[] found = [.. Read.Skip(before)];
        Assert.That(Last.Lines, Is.EqualTo(found.Length));
        return found;
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
        Log = new FileLog(Path, Time);
    }

    public void Dispose()
    {
        Log.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
