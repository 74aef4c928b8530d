using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Health;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Probes;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Monitoring;

/// <summary>
/// What Grafana itself tells beside its log: who is who, what dashboards are called, how it is set up, which account is ours. Asked seldom.
/// </summary>
/// <param name="grafana">Null where nobody is asked: no account is set, or the log is another host's.</param>
/// <param name="door">Null where nobody knocks.</param>
public sealed class GrafanaDirectory(IGrafana? grafana, IAnonymousProbe? door, TimeProvider time)
{
    private static readonly TimeSpan TitleKept = TimeSpan.FromHours(1);
    private static readonly TimeSpan SettingsKept = TimeSpan.FromMinutes(10);
    private const int MostTitles = 1_000;
    private const string ServiceAccountUid = "service-account:";

    private readonly UserDirectoryReader? rosters = grafana is null ? null : new UserDirectoryReader(grafana, time);
    private AccountAges? ages;
    private readonly CoverageProbe? probes = door is null ? null : new CoverageProbe(door, time);
    private readonly Dictionary<string, (DashboardTitle? Title, DateTimeOffset At)> titles = new(StringComparer.Ordinal);
    private DateTimeOffset? settingsAt;
    private bool isOwnIdAsked;

    /// <inheritdoc cref="UserDirectoryReader.Clock"/>
    public ZoneText Clock
    {
        init => rosters?.Clock = value;
    }

    public ServerSettings? Settings { get; private set; }

    /// <summary>Makes our account an Admin of organisations that it is none of; null where it may not.</summary>
    public OrganisationWatch? Organisations { get; init; }

    /// <summary>
    /// Told after each call, whether Grafana answered or not: a loop that makes many of them one after the other shows by this that it
    /// does not hang, though each may take as long as <c>GRAFANA_TIMEOUT</c>.
    /// </summary>
    public Action? Answered
    {
        get;
        set
        {
            field = value;
            if (rosters is not null) rosters.Answered = value;
        }
    }

    /// <summary>The id under which our requests are in the log; null until it is known. May be given as an earlier run knew it.</summary>
    public long? OwnId { get; set; }

    /// <summary>The same as a list.</summary>
    public IReadOnlyCollection<long> OwnIds => OwnId is { } id ? [id] : [];

    public Task<HealthLook> LookAsync(CancellationToken cancel) =>
        door is not null
            ? HeardAsync(door.LookAsync(cancel))
            : Task.FromResult(new HealthLook(time.GetUtcNow(), HealthVerdict.NotAnswering, null, "Nobody knocked."));

    public async Task<ProbeRecord> ProbeAsync(CancellationToken cancel) =>
        (await HeardAsync(probes!.SendAsync(cancel)).ConfigureAwait(false)).Probe;

    /// <summary>
    /// Finds out which account is ours, and how Grafana is set up, as far as we may know. Asked again while it is not known.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        if (grafana is null) return;
        if (!isOwnIdAsked && (await HeardAsync(grafana.WhoAmIAsync(cancel)).ConfigureAwait(false)).Value is { } self)
            (OwnId, isOwnIdAsked) = (IdOf(self), true);

        if (Organisations is not null) await Organisations.StepAsync(cancel).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (settingsAt is { } at && now - at < SettingsKept && now >= at) return;
        settingsAt = now;
        var answer = await HeardAsync(grafana.ServerSettingsAsync(cancel)).ConfigureAwait(false);
        if (answer.IsDone) Settings = answer.Value;
        else if (answer.Outcome != GrafanaOutcome.Unavailable) Settings = null;
    }

    /// <inheritdoc cref="UserDirectoryReader.ReadAsync"/>
    public Task<UserDirectoryReading> UserDirectoryAsync(IEnumerable<long> ids, DateTimeOffset? notBefore, CancellationToken cancel) =>
        rosters is null
            ? Task.FromResult(new UserDirectoryReading(UserDirectory.Unread, [], IsNews: false))
            : rosters.ReadAsync(ids, notBefore, cancel);

    /// <inheritdoc cref="AccountAges.OfAsync"/>
    public Task<IReadOnlyDictionary<long, DateTimeOffset>> MadeAsync(
        IReadOnlyCollection<long> people, IReadOnlyCollection<ServiceAccount> machines, CancellationToken cancel) => grafana is null
        ? Task.FromResult<IReadOnlyDictionary<long, DateTimeOffset>>(new Dictionary<long, DateTimeOffset>())
        : (ages ??= new AccountAges(grafana, () => Answered?.Invoke())).OfAsync(people, machines, cancel);

    /// <summary>Titles by uid, as many as Grafana knows.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TitlesAsync(IEnumerable<string> uids, CancellationToken cancel) =>
        (await DashboardsAsync(uids, cancel).ConfigureAwait(false))
            .ToDictionary(known => known.Key, known => known.Value.Title, StringComparer.Ordinal);

    /// <summary>
    /// Titles and folders by uid, as many as Grafana knows. They are asked for one by one; once it gives no answer only those that are
    /// known are told, for each of the others could take as long again.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, DashboardTitle>> DashboardsAsync(IEnumerable<string> uids, CancellationToken cancel)
    {
        var found = new Dictionary<string, DashboardTitle>(StringComparer.Ordinal);
        if (grafana is null) return found;
        var answers = true;
        foreach (var uid in uids)
        {
            if (answers && !IsFresh(uid))
                answers = await LearnTitleAsync(grafana, uid, cancel).ConfigureAwait(false) != GrafanaOutcome.Unavailable;
            if (titles.GetValueOrDefault(uid).Title is { } title) found[uid] = title;
        }

        return found;
    }

    private bool IsFresh(string uid) =>
        titles.TryGetValue(uid, out var known) && time.GetUtcNow() - known.At is var age && age < TitleKept && age >= TimeSpan.Zero;

    private async Task<GrafanaOutcome> LearnTitleAsync(IGrafana grafana, string uid, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var answer = await HeardAsync(grafana.DashboardAsync(uid, cancel)).ConfigureAwait(false);
        if (answer.Outcome is not (GrafanaOutcome.Done or GrafanaOutcome.Gone)) return answer.Outcome;
        if (titles.Count >= MostTitles) titles.Clear();
        titles[uid] = (answer.Value, now);
        return answer.Outcome;
    }

    private async Task<T> HeardAsync<T>(Task<T> call)
    {
        var answer = await call.ConfigureAwait(false);
        Answered?.Invoke();
        return answer;
    }

    /// <summary>A service account has id 0 and its number in the uid.</summary>
    private static long? IdOf(GrafanaUser self) =>
        self.Id > 0 ? self.Id
        : self.Uid?.StartsWith(ServiceAccountUid, StringComparison.Ordinal) == true
            && long.TryParse(self.Uid.AsSpan(ServiceAccountUid.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : null;
}
