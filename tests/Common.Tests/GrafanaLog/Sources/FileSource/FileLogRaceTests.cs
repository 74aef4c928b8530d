using System.Text;
using Athena.Common.GrafanaLog.Sources;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

/// <summary>The reader looks while Grafana writes and rotates, at whatever moment that may be.</summary>
public sealed class FileLogRaceTests
{
    private const int Rotations = 300;
    private const int LinesAFile = 40;

    [Test]
    [CancelAfter(60_000)]
    public void Loses_and_repeats_nothing_while_another_thread_writes_and_rotates(CancellationToken tooLong)
    {
        using var logs = new LogDirectory();
        logs.Append("");
        logs.Log.Open(null);
        Task writer = Task.Run(() => WriteAsGrafanaDoes(logs), tooLong);

        // The stop is asked for before the last look: what was written by then must be seen by it.
        for (bool isWritten = false; !isWritten;)
        {
            tooLong.ThrowIfCancellationRequested();
            isWritten = writer.IsCompleted;
            logs.Look();
            Assert.That(logs.Last.Gap, Is.Null);
            if (logs.Read.Count % 7 == 0)
                Assert.That(logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        }

        Assert.That(writer.IsCompletedSuccessfully);
        Assert.That(logs.Read, Is.EqualTo(Enumerable.Range(0, (Rotations + 1) * LinesAFile).Select(number => number.ToString())));
        Assert.That(logs.Log.NotUnderstood, Is.Zero);
    }

    /// <summary>Closes the file, renames it, makes the new one, writes at once (docs/grafana.md §3).</summary>
    private static void WriteAsGrafanaDoes(LogDirectory logs)
    {
        for (int file = 0; file <= Rotations; file++)
        {
            using (FileStream log = new(
                logs.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
            {
                for (int line = 0; line < LinesAFile; line++)
                    log.Write(Encoding.UTF8.GetBytes(LogDirectory.Line($"{(file * LinesAFile) + line}")));
            }
            if (file < Rotations)
                logs.Rotate();
        }
    }
}
