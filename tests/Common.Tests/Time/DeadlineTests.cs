using Athena.Common.Time;

namespace Athena.Common.Tests.Time;

internal sealed class DeadlineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [TestCase(0, ExpectedResult = true, TestName = "It_is_due_at_its_time")]
    [TestCase(-3600, ExpectedResult = true, TestName = "It_is_due_after_its_time")]
    [TestCase(1, ExpectedResult = false, TestName = "It_is_not_due_before_its_time")]
    [TestCase(60, ExpectedResult = false, TestName = "It_is_not_due_when_it_was_set_a_moment_ago")]
    [TestCase(61, ExpectedResult = true, TestName = "It_is_due_when_a_clock_that_was_ahead_set_it")]
    public bool It_is_due(int secondsAhead) => Deadline.IsDue(Now.AddSeconds(secondsAhead), Now, Minute);

    [Test]
    public void Without_a_time_it_is_due() => Assert.That(Deadline.IsDue(null, Now, Minute), Is.True);
}
