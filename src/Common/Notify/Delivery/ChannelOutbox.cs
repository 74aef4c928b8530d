using Athena.Common.Notify.Channels;

namespace Athena.Common.Notify.Delivery;

/// <summary>
/// What one channel is to carry, one file a message, on disk before the first attempt. Knows when to try again; the channel knows how. Safe
/// to use from several threads; one process at a time.
/// </summary>
public sealed class ChannelOutbox : IChannelOutbox
{
    /// <summary>While a channel that is one room takes nothing, the messages behind the first need not each find that out.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(30);

    private readonly INotificationChannel _channel;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly Action<DeliveryReport> _changed;
    private readonly TimeSpan? _longestPause;
    private readonly ChannelSilence? _silence;

    private readonly Lock _lock = new();
    private readonly OutboxRecords _records;
    private readonly SemaphoreSlim _delivering = new(1, 1);
    private readonly DateTimeOffset _began;
    private readonly HashSet<string> _unsure = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shutOut = new(StringComparer.Ordinal);
    private (DeliveryResult Why, DateTimeOffset Since, TimeSpan Pause)? _closed;
    private (string Key, string[] Recipients)? _underWay;
    private string? _lastProblem;
    private TaskCompletionSource _woken = NewSignal();

    private ChannelOutbox(
        OutboxFolder folder, INotificationChannel channel, TimeProvider time, Func<double> random, Action<DeliveryReport> changed,
        TimeSpan? longestPause, ChannelSilence? silence)
    {
        _channel = channel;
        _time = time;
        _began = time.GetUtcNow();
        _random = random;
        _changed = changed;
        _longestPause = longestPause;
        _silence = silence;
        _records = new OutboxRecords(folder, time);
        _lastProblem = _records.Waiting.Where(record => record.Problem is not null).MaxBy(record => record.PutAt)?.Problem;
    }

    /// <summary>Reads what earlier runs left in <paramref name="directory"/>, which is made when absent.</summary>
    /// <param name="random">In [0, 1), for spreading the pauses.</param>
    /// <param name="changed">
    /// Told when something changed for a recipient, before that is written down: a crash at the wrong moment repeats a report (and the
    /// message) and never loses one. Called outside all locks by the thread that delivers.
    /// </param>
    /// <param name="trouble">
    /// Told in a sentence when the disk refuses or a file is unreadable, once for each, and when it is well again. Must not call back.
    /// </param>
    /// <param name="longestPause">See <see cref="OutboxSchedule"/>; null for its own.</param>
    /// <param name="silence">Told after each round what has waited longest; null where nobody is to hear of that. May put into any
    /// outbox.</param>
    public static ChannelOutbox Open(
        string directory, INotificationChannel channel, TimeProvider time, Func<double> random,
        Action<DeliveryReport> changed, Action<string> trouble, TimeSpan? longestPause = null, ChannelSilence? silence = null) =>
        new(new OutboxFolder(directory, trouble), channel, time, random, changed, longestPause, silence);

    /// <inheritdoc/>
    public INotificationChannel Channel => _channel;

    /// <inheritdoc/>
    public OutboxSummary Summary
    {
        get
        {
            lock (_lock)
            {
                List<OutboxRecord> waiting = [.. _records.Waiting];
                DateTimeOffset? oldest = waiting.Count > 0 ? waiting.Min(record => record.PutAt) : null;
                return new OutboxSummary(waiting.Count, oldest, waiting.Count > 0 ? _lastProblem : null, _records.Unwritten);
            }
        }
    }

    /// <inheritdoc/>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
                return _records.NextDue;
        }
    }

    /// <inheritdoc/>
    public void Put(OutgoingMessage message)
    {
        lock (_lock)
        {
            if (_records.Find(message.Key) is not null)
                return;
            _records.Store(OutboxRecord.New(message, _time.GetUtcNow()));
            _woken.TrySetResult();
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Whoever is being offered the message at this moment counts as having it: it may be accepted any instant, and an outcome that is told
    /// to somebody who never saw the question does less harm than a question without its outcome.
    /// </remarks>
    public IReadOnlyList<string> Withdraw(string key)
    {
        lock (_lock)
        {
            if (_records.Find(key) is not { } before)
                return [];
            OutboxRecord record = before;
            DateTimeOffset now = _time.GetUtcNow();
            string[] underWay = _underWay is { } attempt && attempt.Key == key ? attempt.Recipients : [];
            List<string> hadIt = [];
            foreach (OutboxRecipient recipient in before.Recipients)
            {
                if (recipient.Status == OutboxStatus.Accepted || underWay.Contains(recipient.Address))
                    hadIt.Add(recipient.Address);
                if (recipient.Status == OutboxStatus.Waiting)
                    record = record.With(recipient.Settle(OutboxStatus.Withdrawn, now, recipient.Detail));
            }

            if (record != before)
                _records.Store(record.Settled(now));
            return hadIt;
        }
    }

    /// <inheritdoc/>
    public DeliveryProgress? ProgressOf(string key)
    {
        lock (_lock)
        {
            if (_records.Find(key) is not { } record)
                return null;
            bool isAccepted = record.Recipients.Count > 0 && record.Recipients.All(recipient => recipient.Status == OutboxStatus.Accepted);
            OutboxRecipient? telling = record.Recipients.FirstOrDefault(recipient =>
                recipient.Status != OutboxStatus.Accepted && recipient.Detail is not null)
                ?? (isAccepted ? record.Recipients[^1] : null);
            return new DeliveryProgress(
                isAccepted ? record.Recipients.Max(recipient => recipient.SettledAt) : null, record.IsWaiting, telling?.Detail);
        }
    }

    /// <inheritdoc/>
    public void TryAtOnce()
    {
        lock (_lock)
        {
            Hurry(_ => true);
            _closed = null;
            _woken.TrySetResult();
        }
    }

    /// <summary>One step: offers everything that is due once, urgent and oldest first, and writes what the disk refused before.</summary>
    public async Task DeliverDueAsync(CancellationToken cancellation)
    {
        await _delivering.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            lock (_lock)
                _records.Tidy();
            bool isAnyOffered = false;
            while (TakeDue() is { } due)
            {
                isAnyOffered = true;
                await OfferAsync(due, cancellation).ConfigureAwait(false);
            }

            if (isAnyOffered)
                await _channel.EndBatchAsync(cancellation).ConfigureAwait(false);
            _silence?.Look(Longest(_silence.Counts));
        }
        finally
        {
            _delivering.Release();
        }
    }

    /// <summary>Delivers what is due, sleeps until the next is due or something is put in, until cancelled. Then it returns.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Task woken = ListenForPuts();
                await DeliverDueAsync(cancellation).ConfigureAwait(false);
                await SleepAsync(woken, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to stop. What waits is on disk.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _delivering.Dispose();

    private SilentChannel? Longest(Func<string, bool> counts)
    {
        lock (_lock)
        {
            var waiting = _records.Waiting.Where(record => record.Problem is not null && counts(record.Key)).ToList();
            return waiting.MinBy(record => record.PutAt) is { } longest
                ? new SilentChannel(longest.PutAt, waiting.Count, longest.Problem!)
                : null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task ListenForPuts()
    {
        lock (_lock)
        {
            if (_woken.Task.IsCompleted)
                _woken = NewSignal();
            return _woken.Task;
        }
    }

    private async Task SleepAsync(Task woken, CancellationToken cancellation)
    {
        TimeSpan pause = NextDue - _time.GetUtcNow() ?? Timeout.InfiniteTimeSpan;
        if (pause != Timeout.InfiniteTimeSpan && pause <= TimeSpan.Zero)
            return;
        try
        {
            await woken.WaitAsync(pause, _time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Something is due.
        }
    }

    private async Task OfferAsync(DeliveryAttempt due, CancellationToken cancellation)
    {
        try
        {
            if (WhileClosed() is { } closed)
            {
                Settle(due.Message.Key, due.Recipients, due.Recipients.ToDictionary(recipient => recipient, _ => closed));
                return;
            }

            var results = await _channel.SendAsync(due, cancellation).ConfigureAwait(false);
            Learn(due.Message.Key, results);
            Settle(due.Message.Key, due.Recipients, results);
        }
        finally
        {
            lock (_lock)
                EndOffer();
        }
    }

    /// <summary>What an attempt says of further ones, at this message and at those behind it.</summary>
    private void Learn(string key, IReadOnlyDictionary<string, DeliveryResult> results)
    {
        foreach (DeliveryResult result in results.Values)
        {
            if (result.MayHaveArrived)
                _unsure.Add(key);
            else if (result.Verdict == DeliveryVerdict.Accepted || result.IsFinal)
                _unsure.Remove(key);
            if (!_channel.IsOneRoom || result.IsFinal)
                continue;
            lock (_lock)
            {
                _closed = result.Verdict == DeliveryVerdict.Accepted
                    ? null
                    : (result, _time.GetUtcNow(), result.RetryAfter > LeastPause ? result.RetryAfter.Value : LeastPause);
            }
        }
    }

    /// <summary>
    /// What was accepted shows that the way is open again: whatever waits only because that was shut need not wait out its pause. Whoever
    /// was told to come later for a reason of their own is left alone.
    /// </summary>
    private void LearnWay(string key, IEnumerable<DeliveryResult> results)
    {
        if (results.Any(result => result.Verdict == DeliveryVerdict.Accepted))
        {
            Hurry(record => _shutOut.Contains(record.Key) && record.Key != key);
            _shutOut.Clear();
        }
        else if (results.Any(result => result.IsShut || (_channel.IsOneRoom && !result.IsFinal)))
        {
            _shutOut.Add(key);
        }
    }

    private void Hurry(Func<OutboxRecord, bool> which)
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (OutboxRecord record in _records.Waiting.Where(which).ToList())
            _records.Remember(record.Recipients.Where(recipient => recipient.Status == OutboxStatus.Waiting)
                .Aggregate(record, (hurried, recipient) => hurried.With(recipient.Hurry(now))));
    }

    /// <summary>The last answer, while it still holds; a clock that was put back ends it.</summary>
    private DeliveryResult? WhileClosed()
    {
        lock (_lock)
            return _closed is { } last && _time.GetUtcNow() - last.Since is var passed && passed >= TimeSpan.Zero && passed < last.Pause
                ? last.Why with { RetryAfter = last.Pause - passed }
                : null;
    }

    private DeliveryAttempt? TakeDue()
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            if (FirstDue(now) is not { } next)
                return null;
            string[] recipients = [.. next.Recipients.Where(recipient => recipient.IsDue(now)).Select(recipient => recipient.Address)];
            _underWay = (next.Key, recipients);
            _records.Hold(next);
            return new DeliveryAttempt(
                next.Mail!, next.PutAt, recipients, MayHaveArrived: next.PutAt < _began || _unsure.Contains(next.Key));
        }
    }

    /// <summary>Urgent and oldest first, with its bodies; one whose file is damaged does not keep the others.</summary>
    private OutboxRecord? FirstDue(DateTimeOffset now)
    {
        IEnumerable<OutboxRecord> due =
        [
            .. _records.Waiting.Where(record => record.Recipients.Any(recipient => recipient.IsDue(now)))
                .OrderByDescending(record => record.Mail!.IsUrgent).ThenBy(record => record.PutAt),
        ];
        return due.Select(_records.Whole).FirstOrDefault(record => record is { IsSlim: false });
    }

    private void Settle(string key, IReadOnlyList<string> offered, IReadOnlyDictionary<string, DeliveryResult> results)
    {
        DateTimeOffset now = _time.GetUtcNow();
        List<DeliveryReport> reports = [];
        List<OutboxRecipient> changes = [];
        lock (_lock)
        {
            OutboxRecord record = _records.Find(key)!;
            foreach (OutboxRecipient before in record.Recipients.Where(recipient => offered.Contains(recipient.Address)))
            {
                DeliveryResult result = results[before.Address];
                (OutboxRecipient after, bool isNews) = before.After(result, record.PutAt, now, _random(), _longestPause);
                changes.Add(after);
                if (isNews)
                    reports.Add(new DeliveryReport(
                        _channel.Name, key, after.Address, Told(result), result.Detail, after.Status == OutboxStatus.GaveUp));
                if (Told(result) == DeliveryVerdict.Transient)
                    _lastProblem = result.Detail;
            }
        }

        foreach (DeliveryReport report in reports)
            _changed(report);

        lock (_lock)
        {
            OutboxRecord record = _records.Find(key)!;
            foreach (OutboxRecipient change in changes)
            {
                // Taken back meanwhile: what was not accepted is not tried again.
                bool isWithdrawn = record.Recipients.Any(recipient =>
                    recipient.Address == change.Address && recipient.Status == OutboxStatus.Withdrawn);
                record = record.With(isWithdrawn && change.Status == OutboxStatus.Waiting
                    ? change.Settle(OutboxStatus.Withdrawn, now, change.Detail)
                    : change);
            }

            EndOffer();
            _records.Store(record.Settled(now));
            LearnWay(key, results.Values);
        }
    }

    /// <summary>What keeps every message out is no refusal of this one.</summary>
    private static DeliveryVerdict Told(DeliveryResult result) =>
        result is { Verdict: DeliveryVerdict.Permanent, IsFinal: false } ? DeliveryVerdict.Transient : result.Verdict;

    private void EndOffer()
    {
        _underWay = null;
        _records.Hold(null);
    }
}
