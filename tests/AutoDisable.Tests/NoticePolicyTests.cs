using Athena.AutoDisable.Policy;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.AutoDisable.Tests;

internal sealed class NoticePolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public void Five_within_a_minute_come_one_by_one() =>
        Assert.That(NoticePolicy.Plan([], At(5, seconds: 10), null, Now).Form, Is.EqualTo(NoticeForm.Single));

    [Test]
    public void A_sixth_within_the_minute_waits_for_a_digest()
    {
        var plan = NoticePolicy.Plan(At(5, seconds: 20), At(1, seconds: 2), null, Now);
        Assert.Multiple(() =>
        {
            Assert.That(plan.Form, Is.EqualTo(NoticeForm.Wait));
            Assert.That(plan.WaitUntil, Is.EqualTo(Now.AddSeconds(58)));
        });
    }

    [Test]
    public void The_digest_comes_a_minute_after_its_first_account() =>
        Assert.That(NoticePolicy.Plan(At(5, seconds: 80), At(20, seconds: 60), null, Now).Form, Is.EqualTo(NoticeForm.Digest));

    [Test]
    public void The_eleventh_within_an_hour_comes_in_a_digest() => Assert.Multiple(() =>
    {
        Assert.That(NoticePolicy.Plan(At(9, seconds: 1800), At(1, seconds: 0), null, Now).Form, Is.EqualTo(NoticeForm.Single));
        Assert.That(NoticePolicy.Plan(At(10, seconds: 1800), At(1, seconds: 0), null, Now).Form, Is.EqualTo(NoticeForm.Wait));
    });

    [Test]
    public void More_than_fifty_within_an_hour_are_announced_once_an_hour() => Assert.Multiple(() =>
    {
        Assert.That(NoticePolicy.Plan(At(49, seconds: 1800), At(1, seconds: 0), null, Now).AnnounceFlood, Is.False);
        Assert.That(NoticePolicy.Plan(At(50, seconds: 1800), At(1, seconds: 0), null, Now).AnnounceFlood, Is.True);
        Assert.That(NoticePolicy.Plan(At(50, seconds: 1800), At(1, seconds: 0), Now.AddMinutes(-59), Now).AnnounceFlood, Is.False);
        Assert.That(NoticePolicy.Plan(At(50, seconds: 1800), At(1, seconds: 0), Now.AddMinutes(-60), Now).AnnounceFlood, Is.True);
    });

    [Test]
    public void A_flood_is_announced_although_the_last_one_was_by_a_clock_that_has_been_put_back_since() =>
        Assert.That(NoticePolicy.Plan(At(50, seconds: 1800), At(1, seconds: 0), Now.AddMinutes(5), Now).AnnounceFlood, Is.True);

    [Test]
    public void In_a_flood_digests_collect_for_ten_minutes() => Assert.Multiple(() =>
    {
        Assert.That(NoticePolicy.Plan([], At(51, seconds: 599), null, Now).Form, Is.EqualTo(NoticeForm.Wait));
        Assert.That(NoticePolicy.Plan([], At(51, seconds: 600), null, Now).Form, Is.EqualTo(NoticeForm.Digest));
    });

    [Test]
    public void Nobody_due_is_nothing_to_say() =>
        Assert.That(NoticePolicy.Plan(At(60, seconds: 5), [], null, Now), Is.EqualTo(NoticePlan.Nothing));

    [Test]
    public void Whoever_is_due_is_told_at_the_latest_after_ten_minutes() => Prop.ForAll<int, int>((told, due) =>
    {
        var plan = NoticePolicy.Plan(At(Math.Abs(told % 100), seconds: 700), At(1 + Math.Abs(due % 100), seconds: 600), Now, Now);
        return plan.Form is NoticeForm.Single or NoticeForm.Digest;
    }).QuickCheckThrowOnFailure();

    private static List<DateTimeOffset> At(int count, int seconds) => [.. Enumerable.Repeat(Now.AddSeconds(-seconds), count)];
}
