using Athena.Common.GrafanaLog.Sources;
using Athena.Common.GrafanaLog.Sources.FileSource;
using static Athena.Common.Tests.GrafanaLog.LogDirectory;

namespace Athena.Common.Tests.GrafanaLog.Sources.FileSource;

/// <summary>Rotation, truncation and restarts: what is read once, and what is called a gap.</summary>
public sealed class FileLogRotationTests
{
    private LogDirectory _logs = null!;

    [SetUp]
    public void FollowOneLine()
    {
        _logs = new LogDirectory();
        _logs.Append("");
        _logs.Log.Open(null);
        _logs.Append(Line("one", minute: 1));
        _logs.Look();
    }

    [TearDown]
    public void RemoveDirectory() => _logs.Dispose();

    [Test]
    public void Reads_a_rotated_file_to_its_end_and_then_the_new_one()
    {
        _logs.Append(Line("two"));
        _logs.Rotate();
        _logs.Append(Line("three"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two", "three"]));
        Assert.That(_logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Reads_every_file_when_the_log_was_rotated_several_times_between_two_looks()
    {
        _logs.Append(Line("two"));
        _logs.Rotate();
        _logs.Append(Line("three"));
        _logs.Rotate();
        _logs.Append(Line("four"));
        _logs.Rotate();
        _logs.Append(Line("five"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two", "three", "four", "five"]));
        Assert.That(_logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Goes_on_where_it_stood_after_several_rotations_while_it_was_down()
    {
        _logs.Stop();
        _logs.Append(Line("two"));
        _logs.Rotate();
        _logs.Append(Line("three"));
        _logs.Rotate();
        _logs.Append(Line("four"));
        Assert.That(_logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two", "three", "four"]));
        Assert.That(_logs.Last.Gap, Is.Null);
        _logs.Append(Line("five"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["five"]));
    }

    [Test]
    public void Follows_the_names_that_another_program_gives()
    {
        _logs.Append(Line("two"));
        File.Move(_logs.Path, _logs.Path + ".1");
        _logs.Append(Line("three"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two", "three"]));
        _logs.Stop();
        File.Move(_logs.Path + ".1", _logs.Path + ".2");
        File.Move(_logs.Path, _logs.Path + ".1");
        _logs.Append(Line("four"));
        Assert.That(_logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["four"]));
        Assert.That(_logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Stays_with_the_old_file_until_the_new_one_is_written_to()
    {
        _logs.Rotate();
        _logs.Append("");
        Assert.That(_logs.Look(), Is.Empty);
        Assert.That(_logs.Look(), Is.Empty);
        File.AppendAllText(_logs.Path + ".2026-11-21.001", Line("two"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two"]));
        _logs.Append(Line("three"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["three"]));
        Assert.That(_logs.Last.Gap, Is.Null);
        Assert.That(_logs.Last.Problem, Is.Null);
    }

    [Test]
    public void The_moment_between_renaming_and_the_new_file_is_no_problem_but_a_longer_absence_is()
    {
        _logs.Rotate();
        _logs.Look();
        Assert.That(_logs.Last.Problem, Is.Null);
        _logs.Time.Advance(TimeSpan.FromSeconds(6));
        _logs.Look();
        Assert.That(_logs.Last.Problem, Does.Contain("not there"));
        _logs.Append(Line("two"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(_logs.Last.Problem, Is.Null);
        Assert.That(_logs.Last.Gap, Is.Null);
    }

    [Test]
    public void Half_a_line_at_the_end_of_a_rotated_file_is_counted_and_never_handed_over()
    {
        _logs.Append("logger=context level=info msg=\"Request Completed\" userId=12");
        _logs.Look();
        _logs.Rotate();
        _logs.Append(Line("two"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two"]));
        Assert.That(_logs.Log.NotUnderstood, Is.EqualTo(1));
    }

    [Test]
    public void A_truncated_file_is_a_gap_and_read_from_its_start()
    {
        _logs.Append(Line("lost", minute: 2));
        File.WriteAllText(_logs.Path, "");
        _logs.Append("x\n");
        Assert.That(_logs.Look(), Is.EqualTo((string[])[""]));
        Assert.That(_logs.Last.Gap!.IsContinuous, Is.False);
        Assert.That(_logs.Last.Gap.From, Is.EqualTo(At(1)));
        Assert.That(_logs.Last.Gap.To, Is.EqualTo(_logs.Time.GetUtcNow()));
        Assert.That(_logs.Last.Gap.Why, Does.Contain("truncated"));
        _logs.Append(Line("three"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["three"]));
        Assert.That(_logs.Last.Gap, Is.Null, "told once");
    }

    [Test]
    public void A_file_truncated_and_grown_beyond_the_offset_between_two_looks_is_a_gap()
    {
        File.WriteAllText(_logs.Path, "");
        _logs.Append(Line("a", minute: 3) + Line("b", minute: 4) + Line("c", minute: 5));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["a", "b", "c"]));
        Assert.That(_logs.Last.Gap!.From, Is.EqualTo(At(1)));
        Assert.That(_logs.Last.Gap.To, Is.EqualTo(At(3)), "the first line that can be seen");
        Assert.That(_logs.Last.Gap.Why, Does.Contain("rewritten"));
    }

    [TestCase("x\n")]
    [TestCase("logger=test t=2026-11-21T11:02:00Z level=info msg=a\nlogger=test t=2026-11-21T11:03:00Z level=info msg=b\nlonger\n")]
    public void A_file_truncated_while_it_was_down_is_a_gap_and_read_from_its_start(string content)
    {
        _logs.Stop();
        File.WriteAllText(_logs.Path, content);
        LogContinuity gap = _logs.Restart();
        Assert.That(gap.IsContinuous, Is.False);
        Assert.That(gap.From, Is.EqualTo(At(1)));
        Assert.That(gap.Why, Does.Contain("truncated or rewritten"));
        Assert.That(_logs.Look(), Has.Length.EqualTo(content.Count(c => c == '\n')));
    }

    [Test]
    public void A_file_of_which_older_lines_were_edited_is_a_gap_and_nothing_is_read_twice()
    {
        _logs.Append(Line("two", minute: 20));
        _logs.Look();
        _logs.Stop();
        File.WriteAllText(_logs.Path, Line("edited", minute: 1) + Line("two", minute: 20));
        Assert.That(_logs.Restart().IsContinuous, Is.False);
        Assert.That(_logs.Look(), Is.Empty);
    }

    [Test]
    public void A_predecessor_that_was_deleted_while_it_was_down_is_a_gap_up_to_the_oldest_file_left()
    {
        _logs.Stop();
        _logs.Append(Line("lost", minute: 2));
        string first = _logs.Rotate();
        _logs.Append(Line("three", minute: 3));
        _logs.Rotate();
        _logs.Append(Line("four", minute: 4));
        File.Delete(first);

        LogContinuity gap = _logs.Restart();
        Assert.That(gap, Is.EqualTo(new LogContinuity(false, At(1), At(3), gap.Why)));
        Assert.That(gap.Why, Does.Contain("gone"));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["three", "four"]));
    }

    [Test]
    public void A_file_removed_while_it_is_followed_is_read_to_its_end_and_then_called_a_gap()
    {
        using (FileStream writer = File.Open(_logs.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            File.Delete(_logs.Path);
            _logs.Look();
            writer.Write("logger=test t=2026-11-21T11:05:00Z level=info msg=two\n"u8);
        }
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two"]));
        _logs.Append(Line("three", minute: 6));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["three"]));
        Assert.That(_logs.Last.Gap, Is.EqualTo(new LogContinuity(false, At(5), At(6), _logs.Last.Gap!.Why)));
    }

    [Test]
    public void A_restored_copy_is_the_same_log()
    {
        _logs.Stop();
        File.Copy(_logs.Path, _logs.Path + "~");
        File.Delete(_logs.Path);
        File.Move(_logs.Path + "~", _logs.Path);
        _logs.Append(Line("two"));
        Assert.That(_logs.Restart(), Is.EqualTo(LogContinuity.Continuous));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two"]));
    }

    [Test]
    public void A_log_copied_and_then_truncated_while_it_was_down_is_a_gap_and_the_copy_is_read_on()
    {
        _logs.Stop();
        _logs.Append(Line("two", minute: 2));
        File.Copy(_logs.Path, _logs.Path + ".1");
        _logs.Append(Line("lost", minute: 3));
        File.WriteAllText(_logs.Path, Line("four", minute: 4));
        LogContinuity gap = _logs.Restart();
        Assert.That(gap, Is.EqualTo(new LogContinuity(false, At(1), _logs.Time.GetUtcNow(), gap.Why)));
        Assert.That(_logs.Look(), Is.EqualTo((string[])["two", "four"]));
    }

    [Test]
    public void A_position_in_another_log_is_a_gap()
    {
        LogPosition elsewhere = _logs.Last.Position! with { Source = "file:/srv/other.log", LastLineAt = At(30) };
        LogContinuity gap = _logs.Log.Open(elsewhere);
        Assert.That(gap.IsContinuous, Is.False);
        Assert.That(gap.Why, Does.Contain("/srv/other.log"));
        Assert.That(_logs.Look(), Is.Empty, "its lines are older than the last one seen");
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
