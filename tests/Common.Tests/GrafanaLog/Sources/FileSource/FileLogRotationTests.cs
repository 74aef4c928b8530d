using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

/// <summary>Rotation, truncation and restarts: what is read once, and what is called a gap.</summary>
public sealed class FileLogRotationTests
{
    private LogDirectory logs = null!;

    [SetUp]
    public void FollowOneLine()
    {
        logs = new LogDirectory();
        logs.Append("");
        logs.Log.Open(null);
        logs.Append(Line("one", minute: 1));
        logs.Look();
    }

    [TearDown]
    public void RemoveDirectory() => logs.Dispose();

    [Test]
    public void Reads_a_rotated_file_to_its_end_and_then_the_new_one()
    {
        logs.Append(Line("two"));
        logs.Rotate();
        logs.Append(Line("three"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two", "three"]));
        Assert.That(logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Reads_every_file_when_the_log_was_rotated_several_times_between_two_looks()
    {
        logs.Append(Line("two"));
        logs.Rotate();
        logs.Append(Line("three"));
        logs.Rotate();
        logs.Append(Line("four"));
        logs.Rotate();
        logs.Append(Line("five"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two", "three", "four", "five"]));
        Assert.That(logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Goes_on_where_it_stood_after_several_rotations_while_it_was_down()
    {
        logs.Stop();
        logs.Append(Line("two"));
        logs.Rotate();
        logs.Append(Line("three"));
        logs.Rotate();
        logs.Append(Line("four"));
        Assert.That(logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two", "three", "four"]));
        Assert.That(logs.Last.Gap, Is.Null);
        logs.Append(Line("five"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["five"]));
    }

    [Test]
    public void Follows_the_names_that_another_program_gives()
    {
        logs.Append(Line("two"));
        File.Move(logs.Path, logs.Path + ".1");
        logs.Append(Line("three"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two", "three"]));
        logs.Stop();
        File.Move(logs.Path + ".1", logs.Path + ".2");
        File.Move(logs.Path, logs.Path + ".1");
        logs.Append(Line("four"));
        Assert.That(logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(logs.Look(), Is.EqualTo((string[])["four"]));
        Assert.That(logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Stays_with_the_old_file_until_the_new_one_is_written_to()
    {
        logs.Rotate();
        logs.Append("");
        Assert.That(logs.Look(), Is.Empty);
        Assert.That(logs.Look(), Is.Empty);
        File.AppendAllText(logs.Path + ".2026-11-21.001", Line("two"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two"]));
        logs.Append(Line("three"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["three"]));
        Assert.That(logs.Last.Gap, Is.Null);
        Assert.That(logs.Last.Problem, Is.Null);
    }

    [Test]
    public void The_moment_between_renaming_and_the_new_file_is_no_problem_but_a_longer_absence_is()
    {
        logs.Rotate();
        logs.Look();
        Assert.That(logs.Last.Problem, Is.Null);
        logs.Time.Advance(TimeSpan.FromSeconds(6));
        logs.Look();
        Assert.That(logs.Last.Problem, Does.Contain("not there"));
        logs.Append(Line("two"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(logs.Last.Problem, Is.Null);
        Assert.That(logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Half_a_line_at_the_end_of_a_rotated_file_is_counted_and_never_handed_over()
    {
        logs.Append("logger=context level=info msg=\"Request Completed\" userId=12");
        logs.Look();
        logs.Rotate();
        logs.Append(Line("two"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(logs.Log.NotUnderstood, Is.EqualTo(1));
    }

    [Test]
    public void A_truncated_file_is_a_gap_and_read_from_its_start()
    {
        logs.Append(Line("lost", minute: 2));
        File.WriteAllText(logs.Path, "");
        logs.Append("x\n");
        Assert.That(logs.Look(), Is.EqualTo((string[])[""]));
        Assert.That(logs.Last.Gap!.IsContinuous, Is.False);
        Assert.That(logs.Last.Gap.From, Is.EqualTo(At(1)));
        Assert.That(logs.Last.Gap.To, Is.EqualTo(logs.Time.GetUtcNow()));
        Assert.That(logs.Last.Gap.Why, Does.Contain("truncated"));
        logs.Append(Line("three"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["three"]));
        Assert.That(logs.Last.Gap, Is.Null, "told once");
    }

    [Test]
    public void A_file_truncated_and_grown_beyond_the_offset_between_two_looks_is_a_gap()
    {
        File.WriteAllText(logs.Path, "");
        logs.Append(Line("a", minute: 3) + Line("b", minute: 4) + Line("c", minute: 5));
        Assert.That(logs.Look(), Is.EqualTo((string[])["a", "b", "c"]));
        Assert.That(logs.Last.Gap!.From, Is.EqualTo(At(1)));
        Assert.That(logs.Last.Gap.To, Is.EqualTo(At(3)), "the first line that can be seen");
        Assert.That(logs.Last.Gap.Why, Does.Contain("rewritten"));
    }

    [TestCase("x\n")]
    [TestCase("logger=test t=2026-11-21T11:02:00Z level=info msg=a\nlogger=test t=2026-11-21T11:03:00Z level=info msg=b\nlonger\n")]
    public void A_file_truncated_while_it_was_down_is_a_gap_and_read_from_its_start(string content)
    {
        logs.Stop();
        File.WriteAllText(logs.Path, content);
        LogContinuity gap = logs.Restart();
        Assert.That(gap.IsContinuous, Is.False);
        Assert.That(gap.From, Is.EqualTo(At(1)));
        Assert.That(gap.Why, Does.Contain("truncated or rewritten"));
        Assert.That(logs.Look(), Has.Length.EqualTo(content.Count(c => c == '\n')));
    }

    [Test]
    public void A_file_of_which_older_lines_were_edited_is_a_gap_and_nothing_is_read_twice()
    {
        logs.Append(Line("two", minute: 20));
        logs.Look();
        logs.Stop();
        File.WriteAllText(logs.Path, Line("edited", minute: 1) + Line("two", minute: 20));
        Assert.That(logs.Restart().IsContinuous, Is.False);
        Assert.That(logs.Look(), Is.Empty);
    }

    [Test]
    public void A_predecessor_that_was_deleted_while_it_was_down_is_a_gap_up_to_the_oldest_file_left()
    {
        logs.Stop();
        logs.Append(Line("lost", minute: 2));
        string first = logs.Rotate();
        logs.Append(Line("three", minute: 3));
        logs.Rotate();
        logs.Append(Line("four", minute: 4));
        File.Delete(first);

        LogContinuity gap = logs.Restart();
        Assert.That(gap, Is.EqualTo(new LogContinuity(false, At(1), At(3), gap.Why)));
        Assert.That(gap.Why, Does.Contain("gone"));
        Assert.That(logs.Look(), Is.EqualTo((string[])["three", "four"]));
    }

    [Test]
    public void A_file_removed_while_it_is_followed_is_read_to_its_end_and_then_called_a_gap()
    {
        using (FileStream writer = File.Open(logs.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            File.Delete(logs.Path);
            logs.Look();
            writer.Write("logger=test t=2026-11-21T11:05:00Z level=info msg=two\n"u8);
        }
        Assert.That(logs.Look(), Is.EqualTo((string[])["two"]));
        logs.Append(Line("three", minute: 6));
        Assert.That(logs.Look(), Is.EqualTo((string[])["three"]));
        Assert.That(logs.Last.Gap, Is.EqualTo(new LogContinuity(false, At(5), At(6), logs.Last.Gap!.Why)));
    }

    [Test]
    public void A_restored_copy_is_the_same_log()
    {
        logs.Stop();
        File.Copy(logs.Path, logs.Path + "~");
        File.Delete(logs.Path);
        File.Move(logs.Path + "~", logs.Path);
        logs.Append(Line("two"));
        Assert.That(logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two"]));
    }

    [Test]
    public void A_log_copied_and_then_truncated_while_it_was_down_is_a_gap_and_the_copy_is_read_on()
    {
        logs.Stop();
        logs.Append(Line("two", minute: 2));
        File.Copy(logs.Path, logs.Path + ".1");
        logs.Append(Line("lost", minute: 3));
        File.WriteAllText(logs.Path, Line("four", minute: 4));
        LogContinuity gap = logs.Restart();
        Assert.That(gap, Is.EqualTo(new LogContinuity(false, At(1), logs.Time.GetUtcNow(), gap.Why)));
        Assert.That(logs.Look(), Is.EqualTo((string[])["two", "four"]));
    }

    [Test]
    public void A_position_in_another_log_is_a_gap()
    {
        LogPosition elsewhere = logs.Last.Position! with { Source = "file:/srv/other.log", LastLineAt = At(30) };
        LogContinuity gap = logs.Log.Open(elsewhere);
        Assert.That(gap.IsContinuous, Is.False);
        Assert.That(gap.Why, Does.Contain("/srv/other.log"));
        Assert.That(logs.Look(), Is.Empty, "its lines are older than the last one seen");
    }

    [Test]
    public void A_position_at_the_very_begin_of_a_file_is_found_again()
    {
        using var logs = new LogDirectory();
        logs.Append("");
        logs.Log.Open(null);
        logs.Look();
        logs.Stop();
        logs.Append(Line("one"));
        logs.Rotate();
        logs.Append(Line("two"));
        Assert.That(logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(logs.Look(), Is.EqualTo((string[])["one", "two"]));
    }

    [Test]
    public void Reads_the_recorded_set_of_seven_files_in_order()
    {
        using var logs = new LogDirectory();
        string[] names = [.. RecordedLogs.Day];
        File.Copy(RecordedLogs.Path(names[0]), logs.Path);
        logs.Log.Open(new LogPosition(logs.Log.Source, Identity(logs.Path), 0, "e3b0c44298fc1c149afbf4c8996fb924", null));
        foreach (string name in names[1..])
        {
            logs.Rotate();
            File.Copy(RecordedLogs.Path(name), logs.Path);
        }
        logs.Look();
        Assert.That(logs.Read, Has.Count.EqualTo(names.Sum(name => RecordedLogs.Lines(name).Count)));
        Assert.That(logs.Log.NotUnderstood, Is.Zero);
        Assert.That(logs.Last.Gap, Is.Null);
    }

    private static string Identity(string path) => FileStatus.Of(new NativePath(path)).Identity.ToString();
}
