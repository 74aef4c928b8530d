using Athena.Common.State;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.State;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests;

/// <summary>A host with version 0.1.0 is updated: what was decided stays decided, and what was owed is sent.</summary>
internal sealed class OldStateTests
{
    private static readonly DateTimeOffset LastEnd = new(2026, 11, 29, 7, 0, 0, TimeSpan.Zero);

    private OldState old = null!;

    [SetUp]
    public void Copy() => old = new OldState("grafana-compliance");

    [TearDown]
    public void Remove() => old.Dispose();

    [Test]
    public void No_hour_is_decided_again_and_the_next_one_is_due()
    {
        var store = new FileState<ComplianceState>(old.Directory, ComplianceJson.Default.ComplianceState);
        var state = ((StateLoad<ComplianceState>.Loaded)store.Load()).Value;
        Assert.That(Wholeness.HolesIn(state), Is.Empty);
        Assert.That(state.Decided, Is.EqualTo(Enumerable.Range(-4, 5).Select(i => LastEnd.AddHours(i))));
        Assert.That((state.OwnId, state.Open, state.Void.Count), Is.EqualTo((4, (WindowEvidence?)null, 0)));
        Assert.That(Due(state, LastEnd.AddMinutes(30)), Is.Null);
        Assert.That(Due(state, LastEnd.AddMinutes(61)), Is.EqualTo(LastEnd.AddHours(1)));

        Assert.That(store.TryCompact(state, out var problem), Is.True, problem);
        Assert.That(
            new FileState<ComplianceState>(old.Directory, ComplianceJson.Default.ComplianceState).Load(),
            Is.InstanceOf<StateLoad<ComplianceState>.Loaded>());
    }

    [Test]
    public void What_an_older_version_did_not_write_is_empty_and_not_missing() => Assert.That(
        Wholeness.HolesWhenAbsent(ComplianceJson.Default.ComplianceState)
            .Concat(Wholeness.HolesWhenAbsent(ComplianceJson.Default.WindowEvidence)), Is.Empty);

    [Test]
    public void Its_evidence_is_read()
    {
        var book = new EvidenceStore(Path.Combine(old.Directory, EvidenceStore.FolderName));
        for (var hour = 3; hour <= 7; hour++)
        {
            var evidence = book.Find($"AC-20261129T0{hour}00Z");
            Assert.That(Wholeness.HolesIn(evidence!), Is.Empty);
            Assert.That(evidence!.Finding?.Outcome, Is.EqualTo(hour == 5 ? Policy.Outcome.InUse : Policy.Outcome.OnlyAdmins), $"{hour}");
        }
    }

    [Test]
    public async Task Its_report_that_waits_is_sent()
    {
        List<string> troubles = [];
        var offered = await old.OfferedAsync(new ManualTime(LastEnd.AddHours(1)), troubles.Add);
        Assert.That(offered.Select(one => one.Mail.Key), Is.EqualTo(new[] { "report/AC-20261129T0700Z" }));
        Assert.That(offered[0].To, Is.EquivalentTo(new[] { "lead@first2lead.example", "second@first2lead.example" }));
        Assert.That(offered[0].Mail.Html, Is.Not.Empty);
        Assert.That(troubles, Is.Empty);
    }

    [Test]
    public void Its_audit_is_whole_and_goes_on() => Assert.That(old.AuditProblems(new ManualTime(LastEnd.AddHours(1))), Is.Empty);

    private static DateTimeOffset? Due(ComplianceState state, DateTimeOffset now) =>
        DueWindows.At(now, state, TimeSpan.FromSeconds(20), TimeSpan.FromHours(24), Simulation.Lives.Hours).Next?.To.ToUniversalTime();
}
