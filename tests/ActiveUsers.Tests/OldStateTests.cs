using System.Text.Json;
using Athena.ActiveUsers.History;
using Athena.ActiveUsers.Notify;
using Athena.ActiveUsers.State;
using Athena.ActiveUsers.Telemetry;
using Athena.ActiveUsers.Tests.Simulation;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.State;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

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
        var store = new FileState<ActiveUsersState>(old.Directory, ActiveUsersStateJson.Default.ActiveUsersState);
        var state = ((StateLoad<ActiveUsersState>.Loaded)store.Load()).Value;
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
        var again = ((StateLoad<ActiveUsersState>.Loaded)new FileState<ActiveUsersState>(
            old.Directory, ActiveUsersStateJson.Default.ActiveUsersState).Load()).Value;
        Assert.That(again.Pulse!.Key, Is.EqualTo(state.Pulse.Key));
    }

    [Test]
    public void What_an_older_version_did_not_write_is_empty_and_not_missing() => Assert.That(
        Wholeness.HolesWhenAbsent(ActiveUsersStateJson.Default.ActiveUsersState)
            .Concat(Wholeness.HolesWhenAbsent(WindowTotalsJson.Default.WindowTotals)), Is.Empty);

    [Test]
    public void Its_totals_count()
    {
        var totals = new TotalsBook(old.Directory, new ManualTime(HandledTo)).Read(HandledTo.AddHours(-1), HandledTo.AddHours(1));
        Assert.That(totals.Select(window => window.Users), Is.EqualTo(new[] { 1, 0 }));
    }

    [Test]
    public void Its_audit_is_whole_and_goes_on() => Assert.That(old.AuditProblems(new ManualTime(HandledTo)), Is.Empty);

    [Test]
    public async Task What_waited_marked_as_perhaps_said_is_said_once_with_one_word_about_it()
    {
        var state = JsonSerializer.Deserialize(
            """
            {"handledTo":"2026-11-29T06:00:00+00:00","trouble":"no connection","alerts":{"open":[{"kind":"GrafanaDown",
            "since":"2026-11-29T05:58:00+00:00","detail":"down","isTold":true}]},"messages":[{"key":"alert/GrafanaDown/1/began",
            "kind":"Alert","text":{"rows":[{"spans":[{"text":"CRITICAL","style":"Bold"}],"isTable":false},{"spans":[{"text":
            "Perhaps said already: it is not known whether this arrived before.","style":"Plain"}],"isTable":false}]},"about":
            {"from":"2026-11-29T05:58:00+00:00","to":"2026-11-29T05:58:00+00:00"},"isSilent":false,"isSending":true,"attempts":3,
            "isMarked":true}]}
            """, ActiveUsersStateJson.Default.ActiveUsersState)!;
        var (crash, time) = (new CrashPoint(), new ManualTime(new DateTimeOffset(2026, 11, 29, 6, 10, 0, TimeSpan.Zero)));
        var chat = new SimulatedChat(new Random(1), crash) { IsWell = true };
        var audit = new SimulatedAudit(crash);
        var memory = new ActiveUsersMemory(state, new SimulatedDisk(crash));
        using var queue = new ChatOutbox(
            new TelegramChannel(chat), memory, new EventRecorder(audit, audit.Has, NullLogger<EventRecorder>.Instance), time);
        queue.Recover();
        await queue.DeliverDueAsync(CancellationToken.None);
        Assert.That(chat.Seen.Single(), Is.EqualTo(new[]
        {
            "CRITICAL", "Perhaps said already: it is not known whether this arrived before.",
        }));
        Assert.That((state.Waiting, state.Alerts.Open.Single().IsMailed), Is.EqualTo((0, false)), "its end goes the way it began");
    }

    [Test]
    public async Task What_waited_for_the_chat_before_it_was_a_channel_is_said_and_a_pulse_that_may_have_arrived_is_not()
    {
        using var before = new OldState("grafana-active-users", "before-channels");
        var store = ActiveUsersState.In(before.Directory);
        var memory = new ActiveUsersMemory(((StateLoad<ActiveUsersState>.Loaded)store.Load()).Value, store);
        var chat = new SimulatedChat(new Random(1), new CrashPoint()) { IsWell = true };
        var audit = new SimulatedAudit(new CrashPoint());
        var recorder = new EventRecorder(audit, audit.Has, NullLogger<EventRecorder>.Instance);
        var time = new ManualTime(new DateTimeOffset(2026, 11, 29, 6, 10, 0, TimeSpan.Zero));
        using var queue = new ChatOutbox(new TelegramChannel(chat), memory, recorder, time);
        queue.Recover();
        await queue.DeliverDueAsync(CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(
                chat.Seen.Select(rows => rows[0]),
                Is.EqualTo(new[] { "CRITICAL · Athena: Grafana does not answer", "OVER · Athena: Grafana answers again" }));
            Assert.That(
                chat.Seen.Select(rows => rows.Count(row => row.StartsWith("Perhaps said already", StringComparison.Ordinal))),
                Is.All.EqualTo(1));
            Assert.That(memory.State.Pulse, Is.Null);
            Assert.That(memory.State.Unsure?.To, Is.EqualTo(new DateTimeOffset(2026, 11, 29, 6, 0, 0, TimeSpan.Zero)));
        });
    }
}
