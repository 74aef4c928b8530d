using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Memory;
using Athena.Common.State;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>A host with version 0.1.0 is updated: no pulse is lost, and none is sent twice.</summary>
internal sealed class OldStateTests
{
    private static readonly DateTimeOffset HandledTo = new(2026, 11, 29, 7, 51, 20, TimeSpan.Zero);

    private OldState old = null!;

    [SetUp]
    public void Copy() => old = new OldState("grafana-active-users");

    [TearDown]
    public void Remove() => old.Dispose();

    [Test]
    public void Its_memory_is_read_whole_and_written_again()
    {
        var store = new FileState<PulseState>(old.Directory, PulseStateJson.Default.PulseState);
        var state = ((StateLoad<PulseState>.Loaded)store.Load()).Value;
        Assert.Multiple(() =>
        {
            Assert.That(state.HandledTo, Is.EqualTo(HandledTo));
            Assert.That(state.Pulse, Is.Not.Null.And.Property(nameof(PendingMessage.Key)).EqualTo("pulse/2026-11-29T07:51:20Z"));
            Assert.That(state.Pulse!.Text.Rows.SelectMany(row => row.Spans).Select(span => span.Text), Has.Some.Contains("nobody active"));
            Assert.That(state.Unsent?.To, Is.EqualTo(HandledTo.AddSeconds(-10)));
            Assert.That(state.Trouble, Does.Contain("no connection"));
            Assert.That(state.Alerts.Open, Is.Empty);
        });
        Assert.That(Wholeness.HolesIn(state), Is.Empty);
        Assert.That(store.TryCompact(state, out var problem), Is.True, problem);
        var again = ((StateLoad<PulseState>.Loaded)new FileState<PulseState>(old.Directory, PulseStateJson.Default.PulseState).Load()).Value;
        Assert.That(again.Pulse!.Key, Is.EqualTo(state.Pulse.Key));
    }

    [Test]
    public void What_an_older_version_did_not_write_is_empty_and_not_missing() => Assert.That(
        Wholeness.HolesWhenAbsent(PulseStateJson.Default.PulseState).Concat(Wholeness.HolesWhenAbsent(WindowTotalsJson.Default.WindowTotals)), Is.Empty);

    [Test]
    public void Its_totals_count()
    {
        var totals = new TotalsBook(old.Directory, new ManualTime(HandledTo)).Read(HandledTo.AddHours(-1), HandledTo.AddHours(1));
        Assert.That(totals.Select(window => window.Users), Is.EqualTo(new[] { 1, 0 }));
    }

    [Test]
    public void Its_audit_is_whole_and_goes_on() => Assert.That(old.AuditProblems(new ManualTime(HandledTo)), Is.Empty);
}
