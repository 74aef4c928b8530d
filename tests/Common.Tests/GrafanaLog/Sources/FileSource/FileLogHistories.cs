using Athena.Common.GrafanaLog.Sources;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

/// <summary>
/// A log that is appended to, rotated and followed at random, the reader restarted at random: each line arrives exactly once.
/// </summary>
public sealed class FileLogHistories
{
    private const int Histories = 150;
    private const int Steps = 80;

    [Test]
    public void Each_line_arrives_once_and_in_order()
    {
        int seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        for (int history = 0; history < Histories; history++)
            Play(new Random(seed + history), $"seed {seed + history}");
    }

    private static void Play(Random random, string told)
    {
        using var logs = new LogDirectory();
        var written = new List<string>();
        string half = "";
        logs.Append("");
        logs.Log.Open(null);
        logs.Look();

        for (int step = 0; step < Steps; step++)
        {
            switch (random.Next(10))
            {
                case <= 3:
                    string lines = half + string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => NewLine()));
                    Write(lines);
                    break;
                case 4:
                    // Half a line, of any length; the next write brings the rest.
                    string line = half.Length > 0 ? half : NewLine();
                    int cut = random.Next(1, line.Length);
                    Write(line[..cut]);
                    half = line[cut..];
                    break;
                case <= 6:
                    Write(half);
                    for (int rotations = random.Next(1, 4); rotations > 0; rotations--)
                    {
                        logs.Rotate();
                        Write(random.Next(4) == 0 ? "" : NewLine());
                    }
                    break;
                case <= 8:
                    logs.Look();
                    Assert.That(logs.Last.Gap, Is.Null, told);
                    break;
                default:
                    Assert.That(logs.Restart(), Is.EqualTo(LogContinuity.Continuous), told);
                    break;
            }
        }

        Write(half);
        while (logs.Look().Length > 0)
            Assert.That(logs.Last.Gap, Is.Null, told);
        Assert.That(logs.Read, Is.EqualTo(written), told);
        Assert.That(logs.Log.NotUnderstood, Is.Zero, told);

        void Write(string text)
        {
            logs.Append(text);
            half = "";
        }

        string NewLine()
        {
            string message = $"{written.Count}-{new string('x', random.Next(20) == 0 ? random.Next(100_000) : random.Next(300))}";
            written.Add(message);
            return LogDirectory.Line(message);
        }
    }
}
