using System.Globalization;
using System.Text.RegularExpressions;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.State;
using Athena.Common.Grafana.Health;
using Athena.Common.State.Backups;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests.Simulation;

/// <summary>
/// Sixteen hours of the daemon with a fake clock: Grafana and its log come and go, the chat fails a third of the time, the disk fills, and
/// the daemon is killed between any two steps and stays away for up to two hours; now and then its memory is restored from a backup. What
/// people saw in the chat is judged at the end.
/// </summary>
internal sealed partial class SimulatedDay : IDisposable
{
    /// <summary>With the good weather at the end it is less than a day, so that a time of the clock names one window.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromHours(16);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(33);

    private readonly Random random;
    private readonly ManualTime time = new(Some.Six);
    private readonly CrashPoint crash = new();
    private readonly SimulatedDisk disk;
    private readonly SimulatedAudit audit;
    private readonly SimulatedChat chat;
    private readonly SimulatedGrafana grafana;

    /// <summary>In half of the histories the disk is always good: more is promised then.</summary>
    private readonly bool mayFill;

    /// <summary>
    /// In half of the histories the clock is always right: in the others two things may begin at the same time by the clock.
    /// </summary>
    private readonly bool mayBeAhead;

    /// <summary>In half of the histories alerts go by mail, too.</summary>
    private readonly SimulatedMailbox? mailbox;

    private SimulatedDaemon? daemon;
    private bool hadFullDisk;
    private (string File, int Audit, DateTimeOffset At)? backup;

    /// <summary>By the daemon's clock: what ended before its first state it knows nothing of.</summary>
    private DateTimeOffset? rememberedFrom;

    private TimeSpan ahead;

    public SimulatedDay(int seed)
    {
        random = new Random(seed);
        mayFill = random.Next(2) == 0;
        mayBeAhead = random.Next(2) == 0;
        disk = new SimulatedDisk(crash);
        audit = new SimulatedAudit(crash);
        chat = new SimulatedChat(random, crash);
        grafana = new SimulatedGrafana(random, crash, time);
        mailbox = seed % 2 == 0 ? new SimulatedMailbox(crash) : null;
    }

    public int Mails => mailbox?.Seen.Count ?? 0;

    public int Kills { get; private set; }

    public int Restores { get; private set; }

    public int Alerts => chat.Seen.Count(rows => IsAlert(rows) && !IsMarked(rows));

    public int Pulses => chat.Seen.Count(rows => !IsAlert(rows));

    /// <summary>What was broken, in words; empty when all held.</summary>
    public async Task<IReadOnlyList<string>> PlayAsync()
    {
        while (time.GetUtcNow() - ahead - Some.Six < Length)
        {
            Happen();
            await StepAsync();
            time.Advance(Tick);
        }

        if (ahead != default) SetClock();

        // Good weather: what was owed is paid.
        (grafana.Health, grafana.IsLogSeen, grafana.FailedLogins, chat.IsDown, chat.IsWell, disk.IsFull) =
            (HealthVerdict.Up, true, 0, false, true, false);
        if (mailbox is not null) mailbox.IsAway = false;
        crash.Revive();
        for (var i = 0; i < 300; i++)
        {
            await StepAsync();
            time.Advance(Tick);
        }

        return [.. Judge()];
    }

    private void Happen()
    {
        if (random.Next(60) == 0)
            grafana.Health = random.Next(4) switch
            {
                0 => HealthVerdict.NotAnswering,
                1 => HealthVerdict.DatabaseFailing,
                _ => HealthVerdict.Up,
            };
        if (random.Next(90) == 0) grafana.IsLogSeen = random.Next(3) > 0;
        if (random.Next(90) == 0) grafana.FailedLogins = random.Next(60);
        if (random.Next(120) == 0) chat.IsDown = random.Next(3) == 0;
        if (mayFill && random.Next(120) == 0) disk.IsFull = random.Next(4) == 0;
        hadFullDisk |= disk.IsFull;
        if (mailbox is not null && random.Next(120) == 0) mailbox.IsAway = random.Next(3) == 0;
        if (mayBeAhead && random.Next(300) == 0) SetClock();
        if (random.Next(40) == 0) crash.KillAfter(random.Next(30));
        if (random.Next(50) == 0 && ahead == default && disk.File is { } file) backup = (file, audit.Entries.Count, time.GetUtcNow());
        if (random.Next(250) == 0 && backup is not null && ahead == default) Restore();
    }

    /// <summary>Ahead, for minutes or for hours, or right again. What is backed up meanwhile is none.</summary>
    private void SetClock()
    {
        backup = null;
        var by = ahead == default ? TimeSpan.FromMinutes(random.Next(1, 180)) : -ahead;
        ahead += by;
        time.Jump(by);

        // A daemon that began under a clock that was ahead knows of no time before, until the clock shows one.
        if (rememberedFrom > time.GetUtcNow()) rememberedFrom = time.GetUtcNow();
    }

    /// <summary>The disk is lost; what was said since the backup people have, and the daemon does not know it.</summary>
    private void Restore()
    {
        Restores++;
        daemon = null;
        crash.Revive();
        time.Advance(TimeSpan.FromMinutes(random.Next(30)));
        (disk.File, var entries, var at) = backup!.Value;
        audit.GoBackTo(entries);
        var state = disk.Load();
        ActiveUsersRestore.Adopt(state, new RestoredFrom(at, time.GetUtcNow()));
        disk.File = System.Text.Json.JsonSerializer.Serialize(state, ActiveUsersStateJson.Default.ActiveUsersState);
    }

    private async Task StepAsync()
    {
        try
        {
            if (daemon is null)
            {
                daemon = Start();
                daemon.Cycle.Begin();
            }

            if (random.Next(400) == 0)
                daemon.Alerts.Silence(new Silence(time.GetUtcNow(), time.GetUtcNow() + TimeSpan.FromMinutes(random.Next(1, 60)), "x", "y"));
            await daemon.StepAsync();
            if (disk.File is not null) rememberedFrom ??= time.GetUtcNow();
        }
        catch (CrashException)
        {
            Kills++;
            daemon = null;
            crash.Revive();
            if (random.Next(10) == 0) time.Advance(TimeSpan.FromMinutes(random.Next(120)));
        }
    }

    private SimulatedDaemon Start() => SimulatedDaemon.Start(grafana, disk, chat, audit, time, mailbox);

    private IEnumerable<string> Judge()
    {
        var pulses = chat.Seen.Where(rows => !IsAlert(rows)).ToList();
        var windows = pulses.Select(rows => Title().Match(rows[1]).Groups[1].Value).ToList();
        foreach (var twice in windows.GroupBy(window => window).Where(group => group.Count() > 1))
            yield return $"the pulse of {twice.Key} came {twice.Count()} times";

        foreach (var missing in Missing(windows, pulses)) yield return $"nobody was told of {missing}, nor that it was missing";

        // A state that could not be saved is lost with a crash: what was told meanwhile may be told again, and nothing else may.
        var unmarked = chat.Seen.Where(rows => IsAlert(rows) && !IsMarked(rows)).Select(rows => string.Join('\n', rows)).ToList();
        foreach (var twice in unmarked.GroupBy(text => text).Where(group => group.Count() > 1 && !hadFullDisk && !mayBeAhead))
            yield return $"told {twice.Count()} times without a word about it: {twice.Key}";
        foreach (var twice in audit.Entries.Where(entry => entry.Event is "sent" or "unsure" or "refused").GroupBy(entry => entry.Case)
            .Where(group => group.Count() > 1 && !hadFullDisk))
            yield return $"the audit tells {twice.Count()} ends of {twice.Key}: {string.Join(", ", twice.Select(entry => entry.Event))}";
        foreach (var broken in JudgeMails()) yield return broken;
        if (daemon is null) yield return "the daemon does not run at the end";
    }

    /// <summary>
    /// What the chat was told of something critical is in the mailbox as well, its end in the thread of its beginning.
    /// </summary>
    private IEnumerable<string> JudgeMails()
    {
        // By a clock that jumps two alerts may begin at one time, and are then one mail.
        if (mailbox is null || mayBeAhead) yield break;
        var critical = Chat("CRITICAL · ");
        var began = mailbox.Seen.Count(mail => mail.Subject.StartsWith("CRITICAL: ", StringComparison.Ordinal));
        if (began < critical) yield return $"the chat was told {critical} times of something critical, and the mailbox {began} times";
        var over = Chat("OVER · Athena: Grafana answers") + Chat("OVER · Athena: Grafana's database");
        var ended = mailbox.Seen.Where(mail => mail.Key.EndsWith("/over", StringComparison.Ordinal)
            && mail.Key.Contains("Down/", StringComparison.Ordinal)).ToList();

        // After a restore an end may be told once more, of which the mailbox knows by its key.
        if (ended.Count < over && Restores == 0)
            yield return $"the chat was told {over} ends of something critical, and the mailbox {ended.Count}";
        foreach (var end in ended.Where(end => mailbox.Seen.All(mail => mail == end || mail.Thread != end.Thread)))
            yield return $"the end {end.Key} has no beginning in the mailbox";

        int Chat(string begin) => chat.Seen.Where(rows => !IsMarked(rows) && rows[0].StartsWith(begin, StringComparison.Ordinal))
            .Select(rows => string.Join('\n', rows)).Distinct().Count();
    }

    /// <summary>
    /// Every quarter of the time must have its pulse, or stand in a line of a later one that says that it has none, or perhaps none.
    /// </summary>
    private IEnumerable<string> Missing(List<string> windows, List<IReadOnlyList<string>> pulses)
    {
        var told = windows.ToHashSet();
        var excused = pulses.SelectMany(rows => rows).Select(row => Excuse().Match(row)).Where(match => match.Success)
            .Select(match => (From: At(match.Groups[1].Value), To: At(match.Groups[2].Value))).ToList();

        var unremembered = (int)((rememberedFrom!.Value - Some.Six) / TimeSpan.FromMinutes(15));

        // The pulse that says why one has none is that of the next quarter, and is sent a step or two after that has ended.
        var last = time.GetUtcNow() - SimulatedDaemon.Settle - (2 * Tick) - TimeSpan.FromMinutes(30);
        for (var from = Some.Six.AddMinutes(15 * unremembered); from < last; from = from.AddMinutes(15))
        {
            var name = Some.Wording.Span(new Common.Time.Window(from, from.AddMinutes(15)));
            if (!told.Contains(name) && !excused.Exists(span => span.From <= from && span.To >= from.AddMinutes(15))) yield return name;
        }
    }

    /// <summary>A time of this history, which is shorter than a day.</summary>
    private static DateTimeOffset At(string clock)
    {
        var at = new DateTimeOffset(
            DateOnly.FromDateTime(Some.Six.UtcDateTime), TimeOnly.Parse(clock, CultureInfo.InvariantCulture), TimeSpan.FromHours(2));
        return at < Some.Six ? at.AddDays(1) : at;
    }

    private static bool IsAlert(IReadOnlyList<string> rows) => !Title().IsMatch(rows[1]);

    private static bool IsMarked(IReadOnlyList<string> rows) => rows[^1].StartsWith("Perhaps said already", StringComparison.Ordinal);

    public void Dispose() => mailbox?.Dispose();

    [GeneratedRegex("^Athena, (\\d\\d:\\d\\d–\\d\\d:\\d\\d) ")]
    private static partial Regex Title();

    [GeneratedRegex("^(?:None sent|Perhaps not sent:|Sent before its time, by a clock that was ahead:) (\\d\\d:\\d\\d)–(\\d\\d:\\d\\d)$")]
    private static partial Regex Excuse();
}
