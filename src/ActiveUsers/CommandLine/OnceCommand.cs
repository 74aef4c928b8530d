using Athena.ActiveUsers.Evidence;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>
/// <c>once</c>: any window of any log, without state, without the chat and, where no account is set, without Grafana. Nothing is sent and
/// nothing is remembered.
/// </summary>
internal static class OnceCommand
{
    /// <summary>Exit code 1: there is no log to be read. The answer is printed all the same.</summary>
    public static async Task<int> RunAsync(WorkerContext<ActiveUsersSettings> context, OnceArguments asked, CancellationToken cancel)
    {
        var settings = ReadSettings(context);
        var source = asked.Log is null ? settings.Log : LogSetting.ReadOption(asked.Log);
        var window = FindWindow(asked, settings.Wording, context.Time.GetUtcNow()).In(settings.Wording.Zone);
        await using var grafana = asked.Log is not null || settings.Grafana.IsAnonymous
            ? null
            : new GrafanaClient(settings.Grafana.ForCommand(context.Common.StateDirectory), context.Time);
        using var door = asked.IsPulse ? new AnonymousProbe(settings.Grafana, context.Time) : null;
        var grafanaDirectory = new GrafanaDirectory(grafana, door, context.Time);
        await grafanaDirectory.RefreshAsync(cancel).ConfigureAwait(false);

        var counter = new ActivityCounter(new ActivityCounterOptions
        {
            Window = window,
            PictureTimeout = settings.PictureTimeout,
            OwnIds = grafanaDirectory.OwnIds,
            IgnoredIds = [.. settings.IgnoredIds],
            OpensOf = asked.Dashboard,
        });
        using var progress = ScanProgress.OnTerminal(window, context);
        var coverage = source.ReadWindowInParts(window, counter.Take, counter.BeginPart, progress, cancel)
            .With(EndOfLog(source, window, settings.Wording));
        progress?.Dispose();
        var reading = new WindowReading(counter.Snapshot(), coverage);
        var roster = await grafanaDirectory.UserDirectoryAsync(reading.Activity.Users.Select(row => row.Id), null, cancel)
            .ConfigureAwait(false);
        var reader = new WindowReader(new LogWindows(source), grafanaDirectory, settings.Options);
        reading = reader.Judge(reading, roster.UserDirectory, ProbeBook.Empty);
        foreach (var problem in roster.Problems)
            await context.Error.WriteLineAsync($"Grafana: {VisibleText.Escape(problem)}").ConfigureAwait(false);

        var look = asked.IsPulse ? await grafanaDirectory.LookAsync(cancel).ConfigureAwait(false) : null;
        var before = asked.IsPulse ? Before(reader, window, roster.UserDirectory, cancel) : null;
        var pulse = Pulse.Of(reading, roster.UserDirectory, look, before);
        await WriteAsync(context, asked, reading, pulse, grafanaDirectory, settings.Wording, cancel).ConfigureAwait(false);
        return reading.Coverage.Gaps.Any(gap => gap.Cause == GapCause.NoLog) && reading.Coverage.LinesRead == 0
            ? ExitCode.Fault
            : ExitCode.Ok;
    }

    private static async Task WriteAsync(
        WorkerContext<ActiveUsersSettings> context, OnceArguments asked, WindowReading reading, Pulse pulse,
        GrafanaDirectory grafanaDirectory, PulseWording wording, CancellationToken cancel)
    {
        if (asked.Dashboard is { } uid)
        {
            var titles = await grafanaDirectory.TitlesAsync([uid], cancel).ConfigureAwait(false);
            var opens = new DashboardOpens(reading, uid, titles.GetValueOrDefault(uid));
            if (context.IsJson) OnceJson.Write(context.Out, opens, wording.Zone);
            await context.Out.WriteLineAsync(context.IsJson ? "" : OnceText.Write(opens, wording, asked.IsWhole))
                .ConfigureAwait(false);
            return;
        }

        var shown = context.Output == "telegram" || asked.IsPulse
            ? pulse.Dashboards.Take(3).Select(share => share.Key)
            : pulse.Dashboards.Select(share => share.Key);
        var named = await grafanaDirectory.TitlesAsync(shown, cancel).ConfigureAwait(false);
        if (context.Output == "json") OnceJson.Write(context.Out, reading, pulse, named, wording.Zone);
        await context.Out.WriteLineAsync(context.Output switch
        {
            "json" => "",
            "telegram" => TelegramWriter.Html(PulseText.Of(pulse.WithTitles(named), null, null, null, wording)),
            _ when asked.IsPulse => OnceText.Write(pulse, named, wording),
            _ => OnceText.Write(reading, pulse, named, wording),
        }).ConfigureAwait(false);
    }

    private static PulseFigures? Before(WindowReader reader, Window window, UserDirectory userDirectory, CancellationToken cancel)
    {
        var read = reader.Read(new Window(window.From - window.Length, window.From), ProbeBook.Empty, cancel);
        return read.Coverage.LinesRead > 0 ? Pulse.Of(read, userDirectory, null, null).Figures : null;
    }

    /// <summary>
    /// No probe proves of a copy, or of a log that somebody moved away, that it goes on to the end of the window. Grafana writes of its own
    /// accord every ten minutes ("Completed cleanup jobs"), so a longer silence at the end is no proof that nobody was there.
    /// </summary>
    private static IEnumerable<Gap> EndOfLog(ILogSource source, Window window, PulseWording wording)
    {
        if (source.Inspect().LastLineAt is not { } last || window.To - last <= WindowCoverage.LongestSilence) yield break;
        var isSameDay = wording.Clock.Date(last) == wording.Clock.Date(window.From);
        yield return new Gap(last, window.To, GapCause.EndsEarlier,
            $"the log ends at {(isSameDay ? "" : wording.Clock.Date(last) + " ")}{wording.Clock.Clock(last)}");
    }

    /// <summary>The chat and the account are not needed here: only what is wrong beside them matters.</summary>
    private static ActiveUsersSettings ReadSettings(WorkerContext<ActiveUsersSettings> context)
    {
        var reader = new SettingsReader(context.Source);
        var settings = ActiveUsersSettings.Read(reader);
        var problems = reader.Problems.Where(problem => !problem.Key.StartsWith("TELEGRAM_", StringComparison.Ordinal)).ToList();
        return problems.Count == 0 ? settings : throw new ConfigurationException(problems);
    }

    private static Window FindWindow(OnceArguments asked, PulseWording wording, DateTimeOffset now)
    {
        if (asked.From is null && asked.To is null)
        {
            var running = new AlignedSchedule(wording.Every, wording.Zone).Next(now);
            return new AlignedSchedule(wording.Every, wording.Zone).Next(running.From - TimeSpan.FromTicks(1));
        }

        var to = asked.To is null ? now : Parse("--to", asked.To);
        var from = asked.From is null ? to - wording.Every : Parse("--from", asked.From);
        return from < to ? new Window(from, to) : throw new UsageException($"--from {asked.From} is not before --to {asked.To ?? "now"}.");

        DateTimeOffset Parse(string option, string text) => TimeArgument.TryParse(text, wording.Zone, now)
            ?? throw new UsageException(
                $"{option} {text}: is no time; write 06:00, 2026-11-20, 2026-11-20T06:00 or 2026-11-20T06:00:00+02:00.");
    }
}

/// <summary>What was asked of <c>once</c>, as typed; null where nothing was.</summary>
internal sealed record OnceArguments(string? From, string? To, string? Log, string? Dashboard)
{
    /// <summary>The message alone, as the chat would get it now.</summary>
    public bool IsPulse { get; init; }

    /// <summary>With each single time that somebody opened the dashboard.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>Who opened one dashboard.</summary>
/// <param name="Title">Null when it is not known.</param>
internal sealed record DashboardOpens(WindowReading Reading, string Uid, string? Title);
