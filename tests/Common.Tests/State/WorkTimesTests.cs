using Athena.Common.State;
using Athena.Common.Time;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.State;

/// <summary>When the daemon was at work, to the minute, over starts and crashes.</summary>
internal sealed class WorkTimesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);

    private ManualTime time = null!;
    private TemporaryDirectory folder = null!;

    [SetUp]
    public void Open() => (folder, time) = (new TemporaryDirectory(), new ManualTime(Begin));

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public void An_update_is_no_pause_and_an_absence_is_one()
    {
        Work(60);
        Work(60);
        time.Advance(TimeSpan.FromHours(1));
        Work(30);
        Assert.That(WorkTimes.Minutes(folder.Path, new Window(Begin, Begin.AddHours(4))), Is.InRange(149, 152));
        Assert.That(File.ReadAllLines(folder[WorkTimes.FileName]), Has.Length.EqualTo(2));
    }

    [Test]
    public void Of_a_span_all_of_which_it_was_at_work_each_minute_is_known()
    {
        time.Jump(-TimeSpan.FromHours(1));
        Work(200);
        Assert.That(WorkTimes.Minutes(folder.Path, new Window(Begin, Begin.AddHours(2))), Is.EqualTo(120));
    }

    [Test]
    public void A_clock_that_was_set_back_counts_no_minute_twice()
    {
        Work(60);
        time.Jump(-TimeSpan.FromMinutes(50));
        Work(60);
        Assert.That(WorkTimes.Minutes(folder.Path, new Window(Begin, Begin.AddHours(4))), Is.InRange(69, 73));
    }

    [Test]
    public void Nothing_and_a_damaged_file_are_no_work()
    {
        var day = new Window(Begin, Begin.AddDays(1));
        Assert.That(WorkTimes.Minutes(folder.Path, day), Is.Zero);
        File.WriteAllText(folder[WorkTimes.FileName], "2026-11-21T06:00:00Z\nx y\n2026-11-21T08:00:00Z 2026-11-21T07:00:00Z\n");
        Assert.That(WorkTimes.Minutes(folder.Path, day), Is.Zero);
    }

    /// <summary>A daemon that is started, works and is killed.</summary>
    private void Work(int minutes)
    {
        var work = new WorkTimes(folder.Path, time);
        for (var i = 0; i < minutes; i++)
        {
            work.Note();
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
