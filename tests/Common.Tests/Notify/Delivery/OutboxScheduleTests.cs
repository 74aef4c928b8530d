using Athena.Common.Notify.Delivery;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Common.Tests.Notify.Delivery;

public sealed class OutboxScheduleTests
{
    private const double Middle = 0.5;

    [Test]
    public void Pauses_grow_from_a_minute_to_four_hours()
    {
        double[] minutes = [.. Enumerable.Range(1, 12).Select(attempts => Pause(attempts, Middle).TotalMinutes)];
        Assert.That(minutes, Is.EqualTo(new double[] { 1, 2, 5, 10, 20, 30, 60, 120, 180, 240, 240, 240 }).Within(1e-6));
    }

    [Test]
    public void Pauses_are_spread_by_a_tenth_both_ways()
    {
        Assert.That(Pause(3, 0), Is.EqualTo(TimeSpan.FromMinutes(4.5)));
        Assert.That(Pause(3, 0.999999), Is.EqualTo(TimeSpan.FromMinutes(5.5)).Within(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void Waits_as_long_as_the_server_asked_for()
    {
        DateTimeOffset now = Some.Morning;
        Assert.That(OutboxSchedule.NextAttempt(now, now, 1, TimeSpan.FromHours(2), Middle), Is.EqualTo(now.AddHours(2)));
        Assert.That(OutboxSchedule.NextAttempt(now, now, 1, TimeSpan.FromSeconds(1), Middle), Is.EqualTo(now.AddMinutes(1)));
        Assert.That(OutboxSchedule.NextAttempt(now, now, 1, TimeSpan.MaxValue, Middle), Is.EqualTo(now.AddDays(5)));
    }

    [Test]
    public void The_last_attempt_is_at_the_end_of_the_fifth_day_and_none_follows()
    {
        DateTimeOffset put = Some.Morning;
        Assert.That(OutboxSchedule.NextAttempt(put, put.AddDays(5).AddHours(-1), 40, null, Middle), Is.EqualTo(put.AddDays(5)));
        Assert.That(OutboxSchedule.NextAttempt(put, put.AddDays(5), 41, null, Middle), Is.Null);
    }

    [Test]
    public void A_mail_is_tried_some_forty_times_in_five_days_whatever_the_dice_say() =>
        Prop.ForAll(Gen.Choose(0, 999).Select(n => n / 1000.0).ToArbitrary(), random =>
        {
            DateTimeOffset put = Some.Morning, at = put;
            int attempts = 1;
            while (OutboxSchedule.NextAttempt(put, at, attempts, null, random) is { } next)
            {
                if (next <= at || next > put.AddDays(5))
                    return false;
                at = next;
                attempts++;
            }

            return at == put.AddDays(5) && attempts is > 30 and < 50;
        }).QuickCheckThrowOnFailure();

    private static TimeSpan Pause(int attempts, double random) =>
        OutboxSchedule.NextAttempt(Some.Morning, Some.Morning, attempts, null, random)!.Value - Some.Morning;
}
