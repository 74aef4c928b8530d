using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.State.Backups;
using Athena.Common.Telemetry.Metrics;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>Looks at backups, beside the loop: what a second look says, and a disk that does not answer.</summary>
internal sealed class BackupWatchTests
{
    private readonly ManualTime time = new(Some.Six);
    private Func<DateTimeOffset, BackupLook> next = _ => throw new InvalidOperationException("nobody said what is found");

    [Test]
    public async Task What_is_wrong_in_two_looks_is_told_and_over_with_the_first_good_one()
    {
        using var watch = Watch();
        Assert.That(watch.Problem, Is.Null, "nobody has looked");
        List<string?> told = [];
        foreach (var problem in (string[])["", "there is no backup", "it is empty", "it is empty", "", "it is empty"])
        {
            next = now => new BackupLook(now, problem, "");
            await watch.LookAsync(CancellationToken.None);
            told.Add(watch.Problem);
        }

        Assert.That(told, Is.EqualTo(new[] { "", null, "it is empty", "it is empty", "", null }));
    }

    [Test]
    public void Where_none_are_watched_any_more_what_was_told_is_over() =>
        Assert.That(new Surroundings(null!, () => throw new InvalidOperationException(), null, null).Backups(), Is.Empty);

    [Test]
    public async Task A_disk_that_does_not_answer_is_told_and_asked_once_until_it_does()
    {
        using var disk = new ManualResetEventSlim();
        var asked = 0;
        next = now =>
        {
            Interlocked.Increment(ref asked);
            disk.Wait();
            return new BackupLook(now, "", "");
        };
        using var watch = Watch();
        for (var looks = 0; looks < 2; looks++)
        {
            var look = watch.LookAsync(CancellationToken.None);
            time.Advance(BackupWatch.Patience);
            await look;
        }

        Assert.That(watch.Problem, Is.EqualTo("the folder of the backups does not answer"));
        disk.Set();
        await watch.LookAsync(CancellationToken.None);
        Assert.That((watch.Problem, asked), Is.EqualTo(("", 1)));
    }

    [Test]
    public void Age_and_size_are_metrics_as_long_as_one_is_seen()
    {
        var book = new MetricBook("grafana-active-users");
        var counters = new PulseCounters(book);
        var newest = new WatchedFile("a.dump", Some.Six, 4711);
        counters.Look(new BackupLook(Some.Six, "", "") { Newest = newest }, Some.Six.AddHours(3));
        Assert.That(
            book.Write(),
            Does.Contain("athena_grafana_backup_age_seconds{tenant_id=\"default\",daemon=\"grafana-active-users\"} 10800\n")
                .And.Contain("athena_grafana_backup_size_bytes{tenant_id=\"default\",daemon=\"grafana-active-users\"} 4711\n"));
        counters.Look(new BackupLook(Some.Six, "there is none", ""), Some.Six.AddHours(3));
        Assert.That(book.Write(), Does.Not.Contain("athena_grafana_backup"));
    }

    private BackupWatch Watch() => new(now => next(now), time);
}
