using Athena.ActiveUsers.Policy;
using Athena.Common.Grafana.Api;
using Microsoft.Extensions.Hosting;

namespace Athena.ActiveUsers.Evidence;

/// <summary>
/// Asks Grafana how its data sources are, beside the daemon's loop and one after the other: one that does not answer keeps nobody waiting,
/// and takes one place among our requests at most.
/// </summary>
/// <param name="chosen">Which are looked at.</param>
/// <param name="isUp">Whether Grafana itself answers: while it does not, nothing is asked, and nothing said of what it shows.</param>
internal sealed class DataSourceWatch(
    IGrafana grafana, IDataSources sources, DataSourceChoice chosen, Func<bool> isUp, TimeProvider time) : BackgroundService
{
    /// <summary>From the end of one look to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>The same where something failed that has to be confirmed.</summary>
    public static readonly TimeSpan Confirmation = TimeSpan.FromMinutes(1);

    /// <summary>So many are looked at; each could take as long as <c>GRAFANA_TIMEOUT</c>.</summary>
    public const int Most = 200;

    private DataSourceLook? look;

    /// <summary>The last whole look; null before the first. Safe from any thread.</summary>
    public DataSourceLook? Look => Volatile.Read(ref look);

    /// <summary>Looks once. What was not seen whole, because Grafana went down meanwhile, is no look.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (!isUp() || (await grafana.OrganisationsAsync(cancel).ConfigureAwait(false)).Value is not { } organisations) return;
        List<DataSourceState> seen = [];
        foreach (var organisation in organisations)
        {
            // An organisation that our account is not in is answered for by another one, or not at all.
            var listed = (await sources.DataSourcesAsync(organisation.Id, cancel).ConfigureAwait(false)).Value ?? [];
            foreach (var source in listed.Where(one => one.OrgId == organisation.Id && chosen.Holds(one.Uid)))
            {
                if (seen.Count == Most) break;
                var answer = await sources.DataSourceHealthAsync(organisation.Id, source.Uid, cancel).ConfigureAwait(false);
                if (answer.Outcome is GrafanaOutcome.Refused or GrafanaOutcome.SignInFailed) continue; // It may be well: we may not ask.
                var isWell = answer is { IsDone: true, Value.IsWell: true };
                seen.Add(new DataSourceState(organisation.Id, source.Uid, source.Name, isWell, !isWell && FailedBefore(source)));
            }
        }

        if (isUp()) Volatile.Write(ref look, new DataSourceLook(time.GetUtcNow(), seen));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (true)
        {
            await LookAsync(stoppingToken).ConfigureAwait(false);
            var isSettled = Look is { } last && last.All.All(one => one.IsWell || one.IsConfirmed);
            await Task.Delay(isSettled ? Interval : Confirmation, time, stoppingToken).ConfigureAwait(false);
        }
    }

    private bool FailedBefore(DataSource source) =>
        Look?.All.Any(one => one.OrgId == source.OrgId && one.Uid == source.Uid && !one.IsWell) == true;
}

/// <summary>Which data sources are looked at, as <c>WATCH_DATA_SOURCES</c> says.</summary>
/// <param name="Uids">Null for all of them; empty for none.</param>
internal sealed record DataSourceChoice(IReadOnlyCollection<string>? Uids)
{
    public bool IsNone => Uids is { Count: 0 };

    public bool Holds(string uid) => Uids is null || Uids.Contains(uid, StringComparer.Ordinal);

    /// <summary>See <c>SettingsReader.Check</c>.</summary>
    public static string? Parse(string text, out DataSourceChoice choice)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        choice = words switch
        {
            ["no"] => new DataSourceChoice([]),
            ["all"] => new DataSourceChoice((IReadOnlyCollection<string>?)null),
            _ => new DataSourceChoice(words),
        };
        return words.Length > 0 && words.All(IsUid) && (words.Length == 1 || !words.Any(word => word is "no" or "all"))
            ? null
            : "must be no, all, or uids of data sources as in their address in Grafana, comma separated";
    }

    private static bool IsUid(string word) =>
        word.Length <= 40 && word.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_');
}
