using Athena.Common.State.Audit;

namespace Athena.Common.Tests.State.Audit;

/// <summary>Facts, and later verdicts, go when their time is over; the chain holds.</summary>
internal sealed class AuditRetentionTests : AuditScenario
{
    [Test]
    public void Old_entries_lose_their_facts_and_the_chain_holds()
    {
        Write(Locked(1), Locked(2));
        Time.Advance(TimeSpan.FromDays(60));
        Write(Locked(3));
        Time.Advance(TimeSpan.FromDays(31));
        Trim();
        Write(Locked(4));

        Assert.That(File.ReadAllText(Options.Verdicts), Does.Not.Contain("login").And.Not.Contain("salt").And.Contain("locked after 1 s"));
        Assert.That(AuditReader.Read(Options).Select(r => (r.Seq, r.Facts is not null)), Is.EqualTo(
            new[] { (1L, false), (2L, false), (3L, true), (4L, true) }));
        Assert.That(Verify().Problems, Is.Empty);
        Assert.That(Verify().Lines, Is.EqualTo(4));
    }

    [Test]
    public void Verdicts_are_dropped_after_their_time_and_the_chain_tells_so()
    {
        Write(Locked(1), Locked(2));
        Time.Advance(TimeSpan.FromDays(91));
        Trim();
        Write(Locked(3));
        Time.Advance(TimeSpan.FromDays((7 * 365) - 50));
        Trim();
        Write(Locked(4));

        var found = Verify();
        Assert.That(found.Problems, Is.Empty);
        Assert.That(found.First, Is.EqualTo(3));
        Assert.That(found.Remarks, Has.Some.EqualTo("Entries up to 2 were dropped because their time was over."));
        Assert.That(AuditReader.Read(Options).Select(r => r.Event), Is.EqualTo(new[] { "locked", AuditLog.DroppedEvent, "locked" }));
    }

    [TestCase(2)]
    [TestCase(3000, Description = "More than the end that is looked at first")]
    public void A_crash_while_old_entries_are_moved_loses_none_and_is_put_right(int old)
    {
        Write([.. Enumerable.Range(1, old).Select(Locked)]);
        Time.Advance(TimeSpan.FromDays(91));
        Write(Locked(old + 1));
        var before = File.ReadAllBytes(Options.File);
        Trim();
        File.WriteAllBytes(Options.File, before);

        Assert.That(Verify().Problems, Is.Empty);
        Assert.That(Verify().Remarks, Has.Count.EqualTo(old).And.All.Contains("stands in both files"));
        Write(Locked(old + 2));
        Assert.That(Verify().Remarks, Is.Empty);
        Assert.That(AuditReader.Read(Options).Select(r => r.Seq), Is.EqualTo(Enumerable.Range(1, old + 2)));
    }
}
