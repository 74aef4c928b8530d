using System.CommandLine;
using System.Text.Json.Nodes;
using Athena.ActiveUsers.Access;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.CommandLine;

/// <summary><c>who-saw</c> and <c>who-changed</c>: what was kept of who did what. They read beside the running daemon.</summary>
internal static class AccessCommands
{
    public static void AddTo(WorkerProgram<ActiveUsersSettings> program)
    {
        var dashboard = new NamedArgument("dashboard", "ward-occupancy") { Description = "Its uid, or its title." };
        var seenSince = Since("30d");
        var saw = program.Add("who-saw", "Who opened a dashboard, and when first and last; needs ACCESS_AUDIT=yes.",
            (context, parse, cancel) => SawAsync(context, parse.GetValue(dashboard)!, parse.GetValue(seenSince)!, cancel));
        saw.Arguments.Add(dashboard);
        saw.Options.Add(seenSince);

        var changedSince = Since("7d");
        var kind = new Option<string?>("--kind")
        {
            Description = $"Only these: {string.Join(", ", Enum.GetValues<ChangeKind>().Select(ChangeKinds.Word))}.",
        };
        var changed = program.Add("who-changed", "Who changed what in Grafana, and when; needs ACCESS_AUDIT=yes.",
            (context, parse, _) => Task.FromResult(Changed(context, parse.GetValue(changedSince)!, parse.GetValue(kind))));
        changed.Options.Add(changedSince);
        changed.Options.Add(kind);
    }

    private static Option<string> Since(string usual) => new("--since")
    {
        Description = "How far back: 24h, 30d, or a day as 2026-11-01.",
        DefaultValueFactory = _ => usual,
    };

    private static async Task<int> SawAsync(
        WorkerContext<ActiveUsersSettings> context, string given, string since, CancellationToken cancel)
    {
        var (settings, span, windows) = Read(context, since);
        var uids = AccessReport.DashboardsOf(windows);
        await using var grafana = settings.Grafana.IsAnonymous
            ? null
            : new GrafanaClient(settings.Grafana.ForCommand(context.Common.StateDirectory), context.Time);
        var titles = await new GrafanaDirectory(grafana, door: null, context.Time)
            .TitlesAsync(uids.Contains(given) ? [given] : uids, cancel).ConfigureAwait(false);
        var meant = uids.Contains(given)
            ? [given]
            : uids.Where(uid => titles.TryGetValue(uid, out var title) && ClaimedText.Same(title, given)).ToList();
        if (meant.Count > 1)
            throw new UsageException($"{given}: {meant.Count} dashboards have this title: {string.Join(", ", meant)}. Give one of these.");
        var uid = meant.Count == 1 ? meant[0] : given;
        var report = AccessReport.Of(span, windows, uid);
        var text = AccessText.Saw(report, uid, titles.GetValueOrDefault(uid), settings.Wording.Clock);
        if (meant.Count == 0 && titles.Count < uids.Count)
            text += $"\nIf {UntrustedText.Visible(given, 80)} is a title: Grafana did not tell the titles of "
                + $"{uids.Count - titles.Count} of {uids.Count} dashboards. Give the uid, which stands behind /d/ in its address.\n";
        return context.Print(new ControlReply(ExitCode.Ok, text, AccessAnswers.Saw(report, uid, titles.GetValueOrDefault(uid))));
    }

    private static int Changed(WorkerContext<ActiveUsersSettings> context, string since, string? kind)
    {
        var known = Enum.GetValues<ChangeKind>().Where(one => ChangeKinds.Word(one) == kind).Cast<ChangeKind?>().FirstOrDefault();
        if (kind is not null && known is null) throw new UsageException($"--kind {kind}: is none; see --help.");
        var (settings, span, windows) = Read(context, since);
        var report = AccessReport.Of(span, windows, uid: null, known);
        return context.Print(new ControlReply(
            ExitCode.Ok, AccessText.Changed(report, settings.Wording.Clock), AccessAnswers.Changed(report)));
    }

    private static (ActiveUsersSettings Settings, Window Span, IReadOnlyList<AccessWindow> Windows) Read(
        WorkerContext<ActiveUsersSettings> context, string since)
    {
        var settings = ActiveUsersSettings.Read(new SettingsReader(context.Source));
        var now = context.Time.GetUtcNow();
        var from = TimeArgument.Since(since, settings.Wording.Zone, now)
            ?? throw new UsageException($"--since {since}: is no time that is over; write 24h, 30d or 2026-11-01.");
        if (!Directory.Exists(context.Common.StateDirectory))
            throw new ConfigurationException(
                $"{context.Common.StateDirectory} does not exist: the daemon has not run here, or STATE_DIR is another one.");

        // The window that runs is not kept yet, and no gap.
        var windows = AccessBook.Beside(context.Common.StateDirectory).Read(from, now).ToList();
        if (windows.Count == 0 && !settings.IsAccessKept)
            throw new ConfigurationException(
                $"It is not kept who does what: ACCESS_AUDIT is not set in /etc/default/{Identity.Worker.Daemon}. Of the log itself, as "
                + "far as it reaches: sudo grafana-active-users once --dashboard UID --from 2026-11-20");
        var schedule = new AlignedSchedule(settings.Wording.Every, settings.Wording.Zone);
        var (begin, end) = (schedule.Next(from.AddTicks(-1)).To, schedule.Next(now - settings.Settle).From);
        return begin < end
            ? (settings, new Window(begin, end), windows)
            : throw new UsageException($"--since {since}: no window has begun and ended since.");
    }
}

/// <summary>The answers for programs. Pure.</summary>
internal static class AccessAnswers
{
    public static string Saw(AccessReport report, string uid, string? title)
    {
        var json = Of(report);
        json["uid"] = uid;
        json["title"] = title;
        json["viewers"] = new JsonArray([.. report.Viewers.Select(viewer => new JsonObject
        {
            ["id"] = viewer.Id,
            ["login"] = viewer.Login,
            ["kind"] = viewer.Kind.ToString(),
            ["opens"] = viewer.Opens,
            ["first"] = viewer.First,
            ["last"] = viewer.Last,
        })]);
        return json.ToText();
    }

    public static string Changed(AccessReport report)
    {
        var json = Of(report);
        json["changes"] = new JsonArray([.. report.Writes.Select(write => new JsonObject
        {
            ["at"] = write.Change.At,
            ["id"] = write.Id,
            ["login"] = write.Login,
            ["kind"] = write.Kind.ToString(),
            ["what"] = ChangeKinds.Word(write.What),
            ["method"] = write.Change.Method,
            ["path"] = write.Change.Path,
        })]);
        return json.ToText();
    }

    private static JsonObject Of(AccessReport report) => new()
    {
        ["version"] = 1,
        ["from"] = report.Span.From,
        ["to"] = report.Span.To,
        ["whole"] = report.IsWhole,
        ["notKept"] = new JsonArray([.. report.NotKept.Select(span => new JsonObject { ["from"] = span.From, ["to"] = span.To })]),
        ["notSeen"] = new JsonArray(
            [.. report.NotSeen.Select(gap => new JsonObject { ["from"] = gap.From, ["to"] = gap.To, ["why"] = gap.Why })]),
    };
}
