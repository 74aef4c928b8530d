using System.Globalization;
using Athena.Common.Checks;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Grafana.Health;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The part of <c>check</c> about the ways to our people.</summary>
public static class ChannelCheck
{
    /// <summary>What waits for a channel that is found well is tried at once.</summary>
    /// <param name="channel">Disposed of.</param>
    /// <param name="test">To be sent when all is well; null when no test was asked for.</param>
    /// <param name="isNeeded">False where the daemon does its work without: then what fails is a warning.</param>
    /// <returns>Whether a message would be taken.</returns>
    public static async Task<bool> RunAsync<TSettings>(
        WorkerContext<TSettings> context, CheckReport report, INotificationChannel channel, Notification? test, CancellationToken cancel,
        bool isNeeded = true)
    {
        await using (channel.ConfigureAwait(false))
        {
            var found = new CheckReport();
            var isGood = await channel.CheckAsync(found, test, cancel).ConfigureAwait(false);
            foreach (var finding in found.Findings)
                report.Take(
                    !isNeeded && finding.Outcome == CheckOutcome.Failed ? finding with { Outcome = CheckOutcome.Warning } : finding);
            if (isGood) await WaitingMessages.TryAsync(context, channel, cancel).ConfigureAwait(false);
            return isGood;
        }
    }
}

/// <summary>The part of <c>check</c> that compares how long Grafana's log is kept with LOG_KEEP.</summary>
public static class LogKeepCheck
{
    /// <param name="context">Whose check it is.</param>
    /// <param name="report">Gets the line.</param>
    /// <param name="log">Grafana's.</param>
    /// <param name="wanted">LOG_KEEP.</param>
    /// <param name="server">Grafana's own settings; null when it does not tell them, then those of its file are taken.</param>
    public static void Run<TSettings>(
        WorkerContext<TSettings> context, CheckReport report, ILogSource log, TimeSpan wanted, ServerSettings? server)
    {
        server ??= ServerSettingsFile.Read(ServerSettingsFile.Usual, out _);
        LogCheck.RunOnKeep(
            log, wanted, server is null ? null : key => server["log.file", key], report, context.Time.GetUtcNow(),
            context.Reader.PlaceOf(context.Identity.Daemon, "LOG_KEEP"));
    }
}

/// <summary>The part of <c>check</c> about Grafana, for a daemon that works without an account as well.</summary>
public static class SignInCheck
{
    /// <summary>Says whether Grafana answers, whether it lets us in, and who else is there in its place or in ours.</summary>
    /// <param name="report">Gets the lines.</param>
    /// <param name="grafana">Of <paramref name="access"/>.</param>
    /// <param name="access">Where it is and how we sign in.</param>
    /// <param name="worker">Whose requests are looked for.</param>
    /// <param name="withoutAccount">Says what an account would be for; with the command that makes one.</param>
    /// <param name="clock">In which it is said when somebody else was there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Who we are; null where there is nothing more to ask.</returns>
    public static async Task<GrafanaUser?> RunAsync(
        CheckReport report, GrafanaClient grafana, GrafanaClientOptions access, WorkerIdentity worker, Action<string> withoutAccount,
        ZoneText clock, TimeProvider time, CancellationToken cancel)
    {
        using var door = new AnonymousProbe(access, time);
        var look = await door.LookAsync(cancel).ConfigureAwait(false);
        if (look.Verdict == HealthVerdict.Up) report.Ok($"Grafana {access.Url}: version {look.Version}, database ok");
        else report.Fail($"Grafana {access.Url}: {look.Detail}", GrafanaHealth.RemedyFor(look.Detail));
        if (access.IsAnonymous)
        {
            withoutAccount(access.AccountAdvice);
            return null;
        }

        if (look.Verdict != HealthVerdict.Up) return null;
        var self = await grafana.WhoAmIAsync(cancel).ConfigureAwait(false);
        if (!self.IsDone)
        {
            report.Fail($"Signing in: {self.Detail}", access.SignInAdvice);
            return null;
        }

        report.Ok($"Signed in as {UntrustedText.Visible(self.Value.Login, 60)}");
        ListenerCheck.Report(report, grafana.Listener);
        ListenerCheck.ReportCopy(report, access, worker, self.Value.Id, time.GetUtcNow(), clock);
        return self.Value;
    }
}

/// <summary>The part of <c>check</c> about what a daemon remembers.</summary>
public static class StateCheck
{
    /// <summary>Of a daemon that needs nothing before it begins: there is nothing to do.</summary>
    public static (string What, string? Remedy) MadeAtTheFirstStart { get; } = ("is made at the first start", null);

    /// <summary>
    /// Says whether there is room, and of what can be read only in part or not at all. What was loaded, and that nothing was, is the
    /// caller's to tell.
    /// </summary>
    /// <param name="report">Gets the lines.</param>
    /// <param name="directory">The state directory.</param>
    /// <param name="store">In it.</param>
    /// <param name="absent">
    /// What to say of a directory that is not there, with the remedy where something is to be done; before <c>activate</c> nothing is said.
    /// </param>
    /// <param name="unreadable">The remedy where nothing can be read.</param>
    /// <returns>What was loaded; null where everything is said.</returns>
    public static StateLoad<T>? Look<T>(
        CheckReport report, string directory, IStateStore<T> store, (string What, string? Remedy) absent, string unreadable)
        where T : class
    {
        if (!Directory.Exists(directory))
        {
            if (report.IsBeforeTakeOver) return null;
            if (absent.Remedy is { } remedy) report.Warn($"State: {directory} {absent.What}", remedy);
            else report.Ok($"State: {directory} {absent.What}");
            return null;
        }

        RoomCheck.Look(report, directory);
        switch (store.Load())
        {
            case StateLoad<T>.LoadedPrevious previous:
                report.Warn($"State: {previous.Why}", "The daemon goes on with the older copy and writes a new one.");
                return null;
            case StateLoad<T>.Unreadable damaged:
                report.Fail($"State: {damaged.Why}", unreadable);
                return null;
            case var other:
                return other;
        }
    }
}

/// <summary>Whether there is room for what a daemon remembers.</summary>
public static class RoomCheck
{
    /// <summary>Below this nothing worth mentioning can be written.</summary>
    private const long Least = 1 << 20;

    /// <summary>Below this somebody should look: a month of audit, and mails that wait, need a few of these.</summary>
    private const long Little = 64 << 20;

    /// <summary>Says nothing when there is enough, or when it cannot be told.</summary>
    public static void Look(CheckReport report, string directory)
    {
        try
        {
            Judge(report, directory, new DriveInfo(directory).AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // What cannot be asked for is found out by writing.
        }
    }

    /// <param name="free">In bytes, for this user.</param>
    internal static void Judge(CheckReport report, string directory, long free)
    {
        if (free < Least)
            report.Fail($"State: no room on the disk of {directory}", $"Make room there (df -h {directory}); nothing has to be restarted.");
        else if (free < Little)
            report.Warn(
                string.Create(CultureInfo.InvariantCulture, $"State: {free >> 20} MiB are left on the disk of {directory}"),
                $"Make room there (df -h {directory}) before it is full.");
    }
}
