using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Monitoring;
using Athena.Common.Grafana.Probes;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.Time;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Evidence;

/// <summary>
/// Looks at a window: reads the log, asks Grafana who is who, decides. Changes nothing and does not throw for what it finds.
/// </summary>
internal interface IWindowEvaluator
{
    Task<WindowEvidence> ExamineAsync(Window window, bool isLate, CancellationToken cancel);
}

/// <summary>Looks at a window: reads the log, asks Grafana who is who, judges how much was seen, decides.</summary>
/// <param name="probes">Those that were sent; asked when a window is looked at.</param>
/// <param name="auditHead">The newest line of the audit; null where there is none.</param>
/// <param name="onRoster">Told when Grafana begins or ceases to tell who is who; empty when all is well.</param>
internal sealed class WindowEvaluator(
    ILogWindows log, GrafanaDirectory grafanaDirectory, WindowEvaluatorOptions options, Func<ProbeBook> probes,
    Func<AuditAnchor?> auditHead, Action<IReadOnlyList<string>> onRoster, TimeProvider time) : IWindowEvaluator
{
    /// <summary>So many people are kept of a window, each with so many dashboards.</summary>
    private const int MostPeople = 1_000;
    private const int MostDashboards = 200;

    /// <summary>Titles are asked for one by one, the administrators' first; whoever opens more has the rest by uid.</summary>
    private const int MostTitles = 200;

    /// <summary>
    /// So long before the window, and behind it, a picture may have been begun, or somebody been locked; and longer where pictures last
    /// longer.
    /// </summary>
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(70);

    /// <summary>Without the commit, which says nothing to whoever gets a report.</summary>
    private static readonly string DecidedBy = WorkerIdentity.Version.Split('+')[0];

    /// <summary>
    /// Whether Grafana told its users when the last window was looked at: without them nothing can be said of the set-up.
    /// </summary>
    public bool KnowsUsers { get; private set; }

    public async Task<WindowEvidence> ExamineAsync(Window window, bool isLate, CancellationToken cancel)
    {
        await grafanaDirectory.RefreshAsync(cancel).ConfigureAwait(false);
        var isShared = grafanaDirectory.OwnId is { } own && options.Admins.Contains(own);
        var book = options.Probe ? probes() : ProbeBook.Empty;
        var reading = log.Read(window.In(options.Zone), Counting(window, book), cancel);
        var userDirectory = await UserDirectoryAsync(reading.Activity, window, isLate, cancel).ConfigureAwait(false);
        var sight = WindowCoverage.Of(
            new CoverageFacts(
                reading.Coverage, reading.Activity, userDirectory, grafanaDirectory.Settings, grafanaDirectory.OwnIds.ToHashSet()),
            book);
        var coverage = Noted(sight.Coverage, reading.Activity, isShared).With(Unseen(reading.Activity, window));
        var actorClassifier = new ActorClassifier(options.Admins, options.Displays, grafanaDirectory.OwnIds);
        var (people, machines) = ActorClassifier.AgesToAsk(reading.Activity, userDirectory);
        var actors = actorClassifier.Cast(
            reading.Activity, userDirectory, await grafanaDirectory.MadeAsync(people, machines, cancel).ConfigureAwait(false));
        var visitors = new Visitors(reading.Activity.VisitorOpens, reading.Activity.VisitorViews - reading.Activity.VisitorOpens);
        var finding = CompliancePolicy.Decide(new WindowFacts(actors, coverage, userDirectory.Users is not null)
        {
            Visitors = visitors,
            Unread = UserDirectoryGap.Sentences(userDirectory.Gaps),
        });
        var titles = await grafanaDirectory.DashboardsAsync(
            actors.SelectMany(actor => actor.Dashboards).Select(board => board.Uid).Distinct().Take(MostTitles),
            cancel).ConfigureAwait(false);
        var look = await grafanaDirectory.LookAsync(cancel).ConfigureAwait(false);
        return new WindowEvidence(
            window, time.GetUtcNow(), isLate, finding, coverage, [.. actors.Take(MostPeople).Select(actor => Kept(actor, titles))],
            SetupWarnings.Of(userDirectory, options.Admins, grafanaDirectory.OwnId), options.Source, look.Version, auditHead())
        {
            Probes = options.Probe ? new ProbeTally(sight.Probes.Back, Math.Max(0, sight.Probes.Judged - sight.Probes.Back)) : null,
            DecidedBy = DecidedBy,
            IsAccountShared = isShared,
            Visitors = visitors.WereThere ? visitors : null,
            OwnRequests = reading.Activity.OwnRequests,
        };
    }

    private ActivityCounterOptions Counting(Window window, ProbeBook book) => new()
    {
        Window = window,
        OwnIds = grafanaDirectory.OwnIds,
        Around = options.PictureTimeout < Around ? Around : options.PictureTimeout,
        PictureTimeout = options.PictureTimeout,
        SentProbes = [.. book.Probes.Select(probe => probe.Nonce)],
    };

    /// <summary>Read after the window's end, so that <c>lastSeenAt</c> can speak of it; of a late one it cannot any more.</summary>
    private async Task<UserDirectory> UserDirectoryAsync(Activity activity, Window window, bool isLate, CancellationToken cancel)
    {
        var reading = await grafanaDirectory.UserDirectoryAsync(activity.Users.Select(row => row.Id), isLate ? null : window.To, cancel)
            .ConfigureAwait(false);
        if (reading.IsNews)
            onRoster(reading.Problems);
        KnowsUsers = reading.UserDirectory.Users is not null;
        return reading.UserDirectory;
    }

    private static Coverage Noted(Coverage coverage, Activity activity, bool isShared)
    {
        List<string> notes = [.. coverage.Notes];
        if (isShared)
            notes.Add("the daemons sign in as one of the administrators; only their own API paths with their referer are left out");
        if (activity.IsCut)
            notes.Add("more was in the log than is kept of one window");
        return coverage with { Notes = notes };
    }

    /// <summary>Whoever was there and is not among those that were counted may have been anybody.</summary>
    private static IEnumerable<Gap> Unseen(Activity activity, Window window)
    {
        foreach (var span in activity.Unidentified)
            yield return new Gap(span.From, span.To.AddSeconds(1), GapCause.Unidentified,
                "Grafana's database did not answer, so that Grafana did not know who asked");
        if (activity.AreUsersCut)
            yield return new Gap(window.From, window.To, GapCause.TooMany, string.Create(CultureInfo.InvariantCulture,
                $"more than {ActivityBounds.Rows} accounts were in the log, and of the others nothing is known"));
    }

    private static EvidencePerson Kept(Actor actor, IReadOnlyDictionary<string, DashboardTitle> titles) => new(
        actor.Id, actor.Login, actor.Name, actor.Role, actor.Proof, actor.Requests, actor.FirstSeen, actor.LastSeen,
        [
            .. actor.Dashboards.Take(MostDashboards).Select(board =>
            {
                var title = titles.GetValueOrDefault(board.Uid);
                return new EvidenceDashboard(board.Uid, title?.Title, title?.FolderTitle, board.Opens, board.IsOnScreen);
            }),
        ],
        actor.Marks)
    {
        Doubt = actor.Doubt,
    };
}

/// <summary>What the examiner needs of the settings.</summary>
/// <param name="Admins"><c>ADMIN_USER_IDS</c>.</param>
/// <param name="Displays"><c>DISPLAY_USER_IDS</c>.</param>
/// <param name="Source">The log, as the setting names it.</param>
/// <param name="Probe">Whether probes are sent that must come back in the log.</param>
/// <param name="Zone">In which reasons tell times.</param>
internal sealed record WindowEvaluatorOptions(
    IReadOnlySet<long> Admins, IReadOnlySet<long> Displays, string Source, bool Probe, TimeZoneInfo Zone)
{
    /// <inheritdoc cref="ActivityCounterOptions.PictureTimeout"/>
    public TimeSpan PictureTimeout { get; init; } = PictureSetting.Usual;
}
