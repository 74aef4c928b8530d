using System.Text;
using Athena.Common.GrafanaLog.Sources;
using Athena.Sandbox.Journal;
using static Athena.Common.Tests.GrafanaLog.Sources.JournalSource.JournalEntry;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>Following what a real systemd-journald writes.</summary>
public sealed class JournaldTests
{
    [Test]
    public void Rotation_and_making_room_lose_nothing()
    {
        using PrivateJournald journald = OwnJournald.Need();
        using var journal = new JournalDirectory(journald.Folder);
        using Stream output = journald.Output();
        journal.Log.Open(null);
        var expected = new List<string>();
        var found = new List<string>();
        for (int round = 0; round < 6; round++)
        {
            for (int number = 0; number < 20; number++)
            {
                string message = $"m{round}-{number}";
                expected.Add(message);
                output.Write(Encoding.UTF8.GetBytes(LineText(message, round) + "\n"));
            }

            // Half of the rounds are unread when the file is rotated.
            if (round % 2 == 0)
                found.AddRange(journal.LookFor(expected.Count - found.Count));
            journald.Rotate();
            if (round == 4)
            {
                journal.Look();
                journald.Vacuum();
            }
        }
        found.AddRange(journal.LookFor(expected.Count - found.Count));
        Assert.That(found, Is.EqualTo(expected));
        Assert.That(journal.Gaps, Is.Empty);
        Assert.That(journal.Restart(), Is.EqualTo(LogContinuity.Continuous));
    }

    [Test]
    public void Room_made_while_the_daemon_was_away_is_a_gap()
    {
        using PrivateJournald journald = OwnJournald.Need();
        using var journal = new JournalDirectory(journald.Folder);
        using Stream output = journald.Output();
        journal.Log.Open(null);
        output.Write(Encoding.UTF8.GetBytes(LineText("one", 1) + "\n"));
        Assert.That(journal.LookFor(1), Is.EqualTo((string[])["one"]));
        journal.Stop();
        using (var witness = new JournalDirectory(journald.Folder))
        {
            witness.Log.Open(journal.Last.Position);
            output.Write(Encoding.UTF8.GetBytes(LineText("lost", 2) + "\n"));
            Assert.That(witness.LookFor(1), Is.EqualTo((string[])["lost"]));
        }
        journald.Rotate();
        journald.Vacuum();
        output.Write(Encoding.UTF8.GetBytes(LineText("two", 3) + "\n"));
        LogContinuity gap = journal.Restart();
        Assert.That(gap.IsContinuous, Is.False);
        Assert.That(gap.From, Is.EqualTo(Begin.AddSeconds(1)));
        Assert.That(gap.Why, Does.Contain("removed to make room"));
        Assert.That(journal.LookFor(1), Is.EqualTo((string[])["two"]));
    }

    [Test]
    public void A_line_that_journald_split_comes_whole()
    {
        using PrivateJournald journald = OwnJournald.Need();
        using var journal = new JournalDirectory(journald.Folder);
        using Stream output = journald.Output();
        journal.Log.Open(null);

        // One ends its first part with a blank, which journald takes away.
        string atBlank = LineText("x", 1).PadRight(48 * 1024 - 1, 'x') + " status=200";
        string[] lines = [LineText("small", 1), LineText(new string('y', 200_000), 2) + " status=200", atBlank, LineText("last", 4)];
        output.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        var found = new List<string>();
        OwnJournald.Wait(() =>
        {
            journal.Time.Advance(TimeSpan.FromMilliseconds(10));
            found.AddRange(journal.LookAtLines().Select(Encoding.UTF8.GetString));
            return found.Count >= lines.Length;
        });
        Assert.That(found, Is.EqualTo(lines));
    }

    [Test]
    public void Lines_above_the_rate_limit_are_a_gap()
    {
        using PrivateJournald journald = OwnJournald.Need("RateLimitIntervalSec=300ms\nRateLimitBurst=5");
        using var journal = new JournalDirectory(journald.Folder);
        using Stream output = journald.Output();
        journal.Log.Open(null);
        int number = 0;

        // journald tells of it with the first line after the interval.
        bool isTold = OwnJournald.Wait(() =>
        {
            for (int burst = 0; burst < 100; burst++)
                output.Write(Encoding.UTF8.GetBytes(LineText($"m{number++}", 1) + "\n"));
            journal.Look();
            journal.Time.Advance(TimeSpan.FromMilliseconds(10));
            return journal.Gaps.Count > 0;
        });
        Assert.That(isTold, Is.True);
        Assert.That(journal.Gaps[0].Why, Does.Match("^journald dropped [0-9]+ lines of grafana-server.service"));
    }
}
