using Athena.AutoDisable.Policy;

namespace Athena.AutoDisable.Tests;

internal sealed class DeadlinePolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Nobody is looked at before the time that is named, so it must be the very moment from which on something is due.</summary>
    [Test]
    public void The_next_time_is_the_one_from_which_on_something_is_due([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var (done, tick) = (random.Next(5), TimeSpan.FromTicks(1));
            var at = Start + TimeSpan.FromMinutes(random.Next(-20_000, 20_000));
            var reminder = DeadlinePolicy.NextReminder(at, done);
            Assert.That(
                DeadlinePolicy.RemindersDue(at, reminder ?? DateTimeOffset.MaxValue),
                reminder is null ? Is.LessThanOrEqualTo(done) : Is.GreaterThan(done));
            if (reminder is { } first) Assert.That(DeadlinePolicy.RemindersDue(at, first - tick), Is.LessThanOrEqualTo(done));

            var end = DeadlinePolicy.NextOfEnd(at, done);
            Assert.That(IsDue(end), Is.True);
            Assert.That(IsDue(end - tick), Is.False);
            bool IsDue(DateTimeOffset now) => now >= at || DeadlinePolicy.WarningsDue(at, now) > done;
        }
    }
}
