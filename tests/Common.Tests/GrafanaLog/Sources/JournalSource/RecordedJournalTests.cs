using System.IO.Compression;
using System.Text;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>The recorded day as the journal has it, with a second boot, against the files of the same day.</summary>
public sealed class RecordedJournalTests
{
    private JournalDirectory journal = null!;

    [SetUp]
    public void MakeJournal()
    {
        journal = new JournalDirectory();
        using var export = new MemoryStream();
        using (var packed = new GZipStream(
            File.OpenRead(RecordedLogs.Path("journal/journal-two-boots.export.gz")), CompressionMode.Decompress))
            packed.CopyTo(export);
        using var feed = new JournalFeed(journal.PathOf("system"));
        feed.Write(export.ToArray());
    }

    [TearDown]
    public void RemoveJournal() => journal.Dispose();

    [Test]
    public void Holds_the_same_lines_as_the_files_in_the_same_order()
    {
        List<string> journal = ReadAll();
        List<string> files = [.. RecordedLogs.Day.SelectMany(RecordedLogs.Lines).Select(Encoding.UTF8.GetString)];
        Assert.That(files, Has.Count.EqualTo(2619));
        int first = journal.IndexOf(files[0]);
        Assert.That(journal.Skip(first).Take(files.Count), Is.EqualTo(files));
    }

    [Test]
    public void Every_request_line_of_both_boots_is_read_as_the_second_reader_reads_it()
    {
        List<string> lines = ReadAll();
        int requests = lines.Count(line => LogLine.Parse(Encoding.UTF8.GetBytes(line)).Kind == LineKind.Request);
        Assert.That(
            requests, Is.GreaterThan(700).And.EqualTo(lines.Count(line => SecondReader.Request(Encoding.UTF8.GetBytes(line)) is not null)));
        Assert.That(
            journal.Last.Position!.LastLineAt,
            Is.GreaterThan(RecordedLogs.Lines("day/rotated/grafana.log").Max(line => LogLine.Parse(line).Time)!.Value),
            "the second boot came later");
    }

    [Test]
    public void Goes_on_at_any_cursor_as_if_there_had_been_no_restart()
    {
        List<string> whole = ReadAll();
        var found = new List<string>();
        LogPosition? position = Beginning();
        int restarts = 0;
        bool isContinuous = true;
        while (true)
        {
            LogContinuity continuity = journal.Log.Open(position);
            isContinuous &= restarts++ == 0 || continuity.IsContinuous;
            int left = 400;
            int before = found.Count;
            LogRead read;
            try
            {
                read = journal.Log.Read(line =>
                {
                    if (left-- == 0)
                        throw new OperationCanceledException();
                    found.Add(Encoding.UTF8.GetString(line));
                });
            }
            catch (OperationCanceledException)
            {
                read = journal.Log.Read(line => found.Add(Encoding.UTF8.GetString(line)));
            }
            if (found.Count == before)
                break;
            position = read.Position;
        }
        Assert.That(isContinuous, Is.True);
        Assert.That(found, Is.EqualTo(whole));
    }

    private List<string> ReadAll()
    {
        journal.Log.Open(Beginning());
        return [.. journal.LookAtLines().Select(Encoding.UTF8.GetString)];
    }

    private static LogPosition Beginning() => new("file:/before", "1:1", 0, "", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
