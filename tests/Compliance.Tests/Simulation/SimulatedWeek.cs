using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.State;
using Athena.Tests.Shared;
using static Athena.Compliance.Tests.Simulation.Lives;

namespace Athena.Compliance.Tests.Simulation;

/// <summary>
/// A week of a host whose power fails between any two steps, whose mail server fails a third of the time, whose disk is full now and then,
/// and whose clock is set to anything and put right again. Whenever it is right and all is well, each hour must have been looked at after
/// it was over, or be recorded as too old, which it must really be.
/// </summary>
internal sealed class SimulatedWeek
{
    private readonly Random random;
    private readonly string which;
    private readonly ManualTime time = new(Monday);
    private readonly SimulatedHost host;

    /// <summary>Ends of hours of which nothing can tell any more that they were decided by a wrong clock.</summary>
    private readonly HashSet<DateTimeOffset> excused = [];

    private HourProcessor hourProcessor;
    private DateTimeOffset bornAt;
    private bool isNewborn;
    private bool wasBehind;

    public SimulatedWeek(Random random, string which)
    {
        (this.random, this.which) = (random, which);
        host = new SimulatedHost(random, time);
        hourProcessor = Born();
    }

    private bool IsRight => time.GetUtcNow() == host.Truth;

    public async Task PlayAsync()
    {
        if (random.Next(4) == 0)
        {
            // The first start is by a clock that is put right while the daemon runs.
            time.Jump(TimeSpan.FromMinutes(random.Next(1, 5000)));
            host.TryCompact(host.Load(time.GetUtcNow()), out _);
            hourProcessor = Born();
            await LiveAsync();
            PutRight();
            await LiveAsync();
        }

        host.CrashPercent = random.Next(0, 30);
        while (host.Truth < Monday.AddDays(7))
        {
            // Mostly minutes, sometimes a night that the host is off or asleep.
            var isNight = random.Next(40) == 0;
            time.Advance(isNight ? TimeSpan.FromHours(random.Next(1, 60)) : TimeSpan.FromMinutes(random.Next(1, 90)));
            if (isNight && random.Next(2) == 0) hourProcessor = Born();
            if (random.Next(15) == 0) SetClock();
            else if (random.Next(4) == 0) PutRight();
            host.DiskIsFull = random.Next(20) == 0;
            await LiveAsync();
        }

        host.CrashPercent = 0;
        host.DiskIsFull = false;
        PutRight();
        await LiveAsync();
        hourProcessor = Born();
        await LiveAsync();
        host.Deliver(isWell: true);
        AssertAudit();
        AssertMails();
        AssertNumbers();
    }

    private void SetClock()
    {
        PutRight();
        time.Jump(random.Next(5) switch
        {
            0 => -TimeSpan.FromMinutes(random.Next(1, 300)),
            1 => TimeSpan.FromHours(random.Next(1, 80)),
            2 => TimeSpan.FromDays(2000),
            _ => TimeSpan.FromMinutes(random.Next(1, 300)),
        });
        wasBehind |= time.GetUtcNow() < host.Truth;
    }

    private void PutRight() => time.Jump(host.Truth - time.GetUtcNow());

    private HourProcessor Born()
    {
        (bornAt, isNewborn) = (host.Truth, true);
        return NewLife(host, time);
    }

    /// <summary>Some minutes of the daemon's life, until all is done or the power goes; then its next life.</summary>
    private async Task LiveAsync()
    {
        for (var lives = 0; lives < 4; lives++)
        {
            try
            {
                await AllAsync(hourProcessor);
                if (IsRight && hourProcessor.Problem is null)
                {
                    time.Advance(TimeSpan.FromMinutes(16)); // So long it takes until the clock is believed.
                    await AllAsync(hourProcessor);
                    if (hourProcessor.Problem is null) AssertHours();
                }

                host.Deliver();
                return;
            }
            catch (CrashException)
            {
                hourProcessor = Born();
            }
        }
    }

    private void AssertHours()
    {
        var records = host.Standing();
        foreach (var window in Hours(Monday, host.Truth - Options.Settle))
        {
            if (records.Exists(record => IsGood(record, window))) continue;

            // The host was off until the hour was over, and of when it was decided there is only the wrong clock's word, which may be true
            // by now.
            var words = records.Where(record => Holds(record.Evidence.Window, window)).Select(record => record.Evidence.DecidedAt);
            var word = words.DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
            if (isNewborn && bornAt >= window.To && word <= bornAt + HourProcessorOptions.Punctual) excused.Add(window.To);
            Assert.That(excused, Does.Contain(window.To), $"{which}: {window.To} at {host.Truth}");
        }

        isNewborn = false;
    }

    private static bool IsGood((WindowEvidence Evidence, DateTimeOffset MadeAt) record, Window window) => record.Evidence.Finding is null
        ? Holds(record.Evidence.Window, window) && record.MadeAt >= window.To + Options.LookBack
        : record.Evidence.Window == window && record.MadeAt >= window.To;

    private static bool Holds(Window whole, Window part) => whole.From <= part.From && part.To <= whole.To;

    /// <summary>
    /// Decided once, and once more after each time that it was called void; and void is nothing that a right clock decided.
    /// </summary>
    private void AssertAudit()
    {
        foreach (var entries in host.Audit.GroupBy(entry => entry.Case))
        {
            Assert.That(
                entries.Select(entry => entry.Event),
                Is.EqualTo(entries.Select((_, at) => at % 2 == 0 ? HourProcessor.DecidedEvent : HourProcessor.VoidEvent)),
                $"{which}: {entries.Key}");
            foreach (var entry in entries.Where(entry => !wasBehind && entry.Event == HourProcessor.VoidEvent))
            {
                var decisions = host.Book.Values.Where(evidence =>
                    evidence.Id == entries.Key && SimulatedHost.At(evidence.DecidedAt) == entry.Facts!["decidedAt"]);
                Assert.That(decisions.Any(evidence => evidence.DecidedAt > host.MadeAt(evidence)), $"{which}: {entries.Key}");
            }
        }
    }

    private void AssertMails()
    {
        Assert.That(
            host.Audit.Select(entry => entry.Case).Distinct(),
            Is.EquivalentTo(host.Book.Values.Select(evidence => evidence.Id).Distinct()),
            which);
        var due = host.Book.Values.Where(evidence => evidence.Finding?.IsReported == true)
            .Select(evidence => $"report/{evidence.Id}{evidence.KeySuffix}");
        Assert.That(
            host.Mailbox.Select(mail => (mail.Key, mail.To)).Distinct(),
            Is.EquivalentTo(due.SelectMany(key => SimulatedHost.Recipients.Select(to => (key, to)))),
            which);
        Assert.That(
            host.Mailbox.Select(mail => (mail.Key, mail.Subject)).Distinct().Select(mail => mail.Key),
            Is.Unique,
            $"{which}: however often it came, it was the same mail");
    }

    /// <summary>Each report has its place, none is left out and none comes twice, and each names the one before.</summary>
    private void AssertNumbers()
    {
        var reports = host.Book.Values.Where(host.IsReported).ToList();
        foreach (var month in reports.GroupBy(evidence => evidence.Place?.Month))
            Assert.That(
                month.Select(evidence => evidence.Place?.Number).Order(), Is.EqualTo(Enumerable.Range(1, month.Count())),
                $"{which}: {month.Key}");
        Assert.That(
            reports.Select(evidence => evidence.Place?.Before).OfType<DateTimeOffset>().Order().Distinct(),
            Is.SubsetOf(reports.Select(evidence => evidence.Window.From)), which);
        Assert.That(reports.Count(evidence => evidence.Place?.Before is null), Is.LessThanOrEqualTo(1), which);
        Assert.That(host.Book.Values.Except(reports).Select(evidence => evidence.Place), Has.All.Null, which);
    }
}
