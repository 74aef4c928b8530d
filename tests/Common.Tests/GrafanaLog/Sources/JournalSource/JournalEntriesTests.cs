using System.Text;
using Athena.Common.GrafanaLog.Line;
using static Athena.Common.Tests.GrafanaLog.Sources.JournalSource.JournalEntry;

namespace Athena.Common.Tests.GrafanaLog.Sources.JournalSource;

/// <summary>What an entry of the journal may be, other than one line of text.</summary>
public sealed class JournalEntriesTests
{
    private const int LineMax = 48 * 1024;

    private JournalDirectory journal = null!;

    [SetUp]
    public void MakeDirectory()
    {
        journal = new JournalDirectory();
        journal.Write("system", Line("old", 0));
        journal.Log.Open(null);
    }

    [TearDown]
    public void RemoveDirectory() => journal.Dispose();

    [Test]
    public void A_binary_message_is_handed_over_byte_for_byte()
    {
        byte[] message = [.. Encoding.UTF8.GetBytes(LineText("x", 1)), .. " b="u8, 0x1b, 0x07, 0xff, 0xfe, .. " end"u8];
        journal.Write("system", new JournalEntry(null, 1).With("MESSAGE", message), Line("next", 2));
        List<byte[]> lines = journal.LookAtLines();
        Assert.That(lines, Has.Count.EqualTo(2));
        Assert.That(lines[0], Is.EqualTo(message));
    }

    [Test]
    public void An_entry_without_a_message_or_with_an_empty_one_is_no_line()
    {
        journal.Write("system", new JournalEntry(null, 1).With("CODE_LINE", "7"), new JournalEntry("", 2), Line("next", 3));
        Assert.That(journal.Look(), Is.EqualTo((string[])["next"]));
    }

    [Test]
    public void Of_a_repeated_message_one_is_taken()
    {
        journal.Write("system", Line("one", 1).With("MESSAGE", LineText("two", 1)), Line("next", 2));
        Assert.That(journal.Look(), Is.EqualTo((string[])["one", "next"]).Or.EqualTo((string[])["two", "next"]));
    }

    [Test]
    public void Line_ends_within_a_message_separate_lines()
    {
        journal.Write(
            "system", new JournalEntry(null, 1).With("MESSAGE", Encoding.UTF8.GetBytes($"{LineText("one", 1)}\n\n{LineText("two", 1)}\n")));
        Assert.That(journal.Look(), Is.EqualTo((string[])["one", "two"]));
    }

    [Test]
    public void A_split_line_is_joined_whatever_comes_between()
    {
        string path = new('p', 2 * LineMax);
        string line =
            "logger=context userId=7 orgId=1 uname=mallory t=2021-11-21T11:00:01Z level=info msg=\"Request Completed\" method=GET "
            + $"path=/{path} status=200";
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        journal.Write("system",
            Part(bytes[..LineMax], 1, "a"),
            Line("another-stream", 2),
            Part(bytes[LineMax..(2 * LineMax)], 3, "a"),
            new JournalEntry(Encoding.UTF8.GetString(bytes[(2 * LineMax)..]), 4).With("_STREAM_ID", "a"),
            new JournalEntry(LineText("next", 5), 5).With("_STREAM_ID", "a"));
        List<byte[]> lines = journal.LookAtLines();
        Assert.That(
            lines.Select(Encoding.UTF8.GetString), Is.EqualTo((string[])[LineText("another-stream", 2), line, LineText("next", 5)]));
        Assert.That((journal.Log.NotUnderstood, journal.Log.TooLong), Is.EqualTo((0L, 0L)));
    }

    /// <summary>journald takes the blanks off the end of a part: two words must not become one.</summary>
    [Test]
    public void A_line_split_at_a_blank_is_joined_with_one()
    {
        string begin =
            "logger=context userId=7 orgId=1 uname=mallory t=2021-11-21T11:00:01Z level=info msg=\"Request Completed\" method=GET path=/";
        begin = begin.PadRight(LineMax - 1, 'p');
        journal.Write("system",
            Part(Encoding.UTF8.GetBytes(begin), 1, "a"),
            new JournalEntry("status=200", 2).With("_STREAM_ID", "a"));
        int status = 0;
        journal.Log.Read(line => status = LogLine.Parse(line).Status);
        Assert.That(status, Is.EqualTo(200));
    }

    [Test]
    public void The_rest_of_a_split_line_is_no_line_after_a_restart()
    {
        journal.Write("system", Part(Encoding.UTF8.GetBytes(LineText(new string('x', LineMax), 1)), 1, "a"));
        journal.Look();
        journal.Restart();
        journal.Write("system", new JournalEntry(LineText("rest-that-looks-like-a-line", 2), 2).With("_STREAM_ID", "a"), Line("next", 3));
        Assert.That(journal.Look(), Is.EqualTo((string[])["next"]));
        Assert.That(journal.Log.TooLong, Is.EqualTo(1));
    }

    [Test]
    public void A_line_above_a_mebibyte_is_read_with_its_values_shortened()
    {
        string begin = LineText("long", 1) + " referer=\"";
        byte[] first = Encoding.UTF8.GetBytes((begin + new string('x', LineMax))[..LineMax]);
        byte[] part = Encoding.UTF8.GetBytes(new string('x', LineMax));
        journal.Write("system",
            [
                Part(first, 1, "a"),
                .. Enumerable.Range(2, 22).Select(second => Part(part, second, "a")),
                new JournalEntry("end\" size=1", 24).With("_STREAM_ID", "a"),
                Line("next", 25),
            ]);
        Assert.That(journal.Look(), Is.EqualTo((string[])["long", "next"]));
        Assert.That((journal.Log.TooLong, journal.Log.NotUnderstood), Is.EqualTo((0L, 0L)));
    }

    /// <summary>journald's <c>LineMax</c> was raised, and the library gives the first mebibyte.</summary>
    [Test]
    public void Of_a_message_above_a_mebibyte_the_begin_is_read()
    {
        journal.Write(
            "system", new JournalEntry(LineText("long", 1) + $" referer=\"{new string('x', (1 << 20) + 1)}\" size=1", 1), Line("next", 2));
        Assert.That(journal.Look(), Is.EqualTo((string[])["long", "next"]));
        Assert.That(journal.Log.NotUnderstood, Is.Zero);
    }

    [TestCase("eof")]
    [TestCase("nul")]
    [TestCase("pid-change")]
    public void Half_a_line_is_not_taken_for_a_whole_one(string lineBreak)
    {
        journal.Write("system", Line("half", 1).With("_LINE_BREAK", lineBreak), Line("next", 2));
        Assert.That(journal.Look(), Is.EqualTo((string[])["next"]));
        Assert.That(journal.Log.NotUnderstood, Is.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Dropped_lines_are_a_gap_that_says_how_many_and_when(bool isFieldGiven)
    {
        journal.Write("system", Line("before", 1), Suppressed(123, 30, Unit, isFieldGiven), Line("after", 31));
        Assert.That(journal.Look(), Is.EqualTo((string[])["before", "after"]));
        Assert.That(journal.Gaps, Has.Count.EqualTo(1));
        Assert.That((journal.Gaps[0].From, journal.Gaps[0].To), Is.EqualTo(
            ((DateTimeOffset?)Begin.AddSeconds(1), (DateTimeOffset?)Begin.AddSeconds(30))));
        Assert.That(
            journal.Gaps[0].Why, Does.Contain("dropped 123 lines of grafana-server.service").And.Contain("LogRateLimitIntervalSec=0"));
    }

    [Test]
    public void Several_notices_are_added_up()
    {
        journal.Write("system", Line("before", 1), Suppressed(100, 30, Unit), Suppressed(23, 60, Unit));
        journal.Look();
        Assert.That(journal.Gaps.Single().Why, Does.Contain("dropped 123 lines"));
        Assert.That(journal.Gaps.Single().To, Is.EqualTo(Begin.AddSeconds(60)));
    }

    [Test]
    public void Dropped_lines_of_another_unit_are_none_of_ours()
    {
        journal.Write("system",
            Suppressed(5, 1, "ssh.service"),
            Suppressed(5, 2, "ssh.service", isFieldGiven: false),
            Suppressed(5, 3, "not-" + Unit, isFieldGiven: false),
            Line("next", 4));
        Assert.That(journal.Look(), Is.EqualTo((string[])["next"]));
        Assert.That(journal.Gaps, Is.Empty);
    }

    /// <summary>Anybody may write a MESSAGE_ID; the transport is journald's own word.</summary>
    [Test]
    public void A_forged_notice_is_no_gap()
    {
        journal.Write("system",
            new JournalEntry($"Suppressed 9 messages from {Unit}", 1, "user@1000.service")
                .With("MESSAGE_ID", "a596d6fe7bfa4994828e72309e95d61e").With("N_DROPPED", "9"),
            Line("next", 2));
        Assert.That(journal.Look(), Is.EqualTo((string[])["next"]));
        Assert.That(journal.Gaps, Is.Empty);
    }

    [Test]
    public void A_part_lost_to_the_rate_limit_joins_nothing_that_does_not_belong_together()
    {
        byte[] part = Encoding.UTF8.GetBytes(LineText(new string('x', LineMax), 1))[..LineMax];
        journal.Write(
            "system", Part(part, 1, "a"), Suppressed(2, 30, Unit), new JournalEntry(LineText("next", 31), 31).With("_STREAM_ID", "a"));
        Assert.That(journal.Look(), Is.EqualTo((string[])["next"]));
    }

    private static JournalEntry Part(byte[] bytes, int second, string stream) =>
        new JournalEntry(null, second).With("MESSAGE", bytes).With("_LINE_BREAK", "line-max").With("_STREAM_ID", stream);
}
