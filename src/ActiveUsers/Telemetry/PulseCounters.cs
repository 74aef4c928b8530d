using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Pulses;
using Athena.Common.Daemon;
using Athena.Common.Grafana.Usage;
using Athena.Common.State.Backups;
using Athena.Common.Telemetry.Metrics;

namespace Athena.ActiveUsers.Telemetry;

/// <summary>What the windows show, as numbers. Organisations are in it by their number, people not at all.</summary>
internal sealed class PulseCounters
{
    private readonly MetricBook book;

    public PulseCounters(MetricBook book)
    {
        this.book = book;
        book.Begin(MetricTable.LogGap, MetricTable.FailedLogins, MetricTable.LockedLogins, MetricTable.Denied, MetricTable.DashboardLoad,
            MetricTable.ApiTimes);
    }

    /// <summary>A window has been read: once for each.</summary>
    public void Read(Pulse pulse)
    {
        var coverage = pulse.Coverage;
        book.Set(MetricTable.LastPulse, DaemonFigures.Unix(coverage.Window.To));
        book.Add(MetricTable.LogGap, coverage.Unseen.TotalSeconds);
        book.Add(MetricTable.FailedLogins, pulse.Security.FailedLogins);
        book.Add(MetricTable.LockedLogins, pulse.Security.LockedLogins);
        book.Add(MetricTable.Denied, pulse.Security.AccessDenied);
        Observe(MetricTable.DashboardLoad, pulse.LoadTimes);
        Observe(MetricTable.ApiTimes, pulse.Answers.ApiTimes);
        var people = new Dictionary<long, double>();
        foreach (var row in pulse.Rows)
        {
            people[row.OrgId] = people.GetValueOrDefault(row.OrgId) + 1;
            book.AddOf(row.OrgId, MetricTable.Requests, Pulse.RequestsOf(row));
            book.AddOf(row.OrgId, MetricTable.Opens, row.Dashboards.Sum(dashboard => dashboard.Opens));
        }

        book.SetCounts(MetricTable.ActivePeople, people);
        foreach (var (organisation, answers) in pulse.Answers.Organisations)
        {
            book.AddOf(organisation, MetricTable.Answers, answers.Requests);
            book.AddOf(organisation, MetricTable.ServerErrors, answers.ServerErrors);
        }
    }

    /// <summary>The last five minutes, each minute anew.</summary>
    public void Look(Activity recent)
    {
        book.SetShares(
            MetricTable.ErrorShare,
            recent.Answers.Organisations.Select(one => (one.Key, (double)one.Value.ServerErrors, (double)one.Value.Requests)));
        SetTime(MetricTable.PageLoad, recent.Pages.P95);
        SetTime(MetricTable.DashboardLoadP95, TimeTally.Sum(recent.Loads.Select(dashboard => dashboard.Times)).Percentile(95));
        SetTime(MetricTable.ApiTime, recent.Answers.ApiTimes.Percentile(95));
    }

    private void Observe(Metric metric, TimeTally times)
    {
        foreach (var (milliseconds, count) in times.Times) book.ObserveMany(metric, milliseconds / 1000.0, count);
    }

    /// <summary>How Grafana's data sources are.</summary>
    public void Look(DataSourceLook look)
    {
        var organisations = look.All.GroupBy(one => one.OrgId).ToList();
        book.SetCounts(MetricTable.DataSources, organisations.Select(one => KeyValuePair.Create(one.Key, (double)one.Count())));
        book.SetCounts(
            MetricTable.DataSourcesFailing,
            organisations.Select(one => KeyValuePair.Create(one.Key, (double)one.Count(source => !source.IsWell))));
    }

    /// <summary>How the backups are that others make.</summary>
    public void Look(BackupLook look, DateTimeOffset now)
    {
        if (look.Newest is { } newest)
        {
            book.Set(MetricTable.BackupAge, Math.Max(0, (now - newest.WrittenAt).TotalSeconds));
            book.Set(MetricTable.BackupSize, newest.Bytes);
        }
        else
        {
            book.Clear(MetricTable.BackupAge);
            book.Clear(MetricTable.BackupSize);
        }
    }

    private void SetTime(Metric metric, long? milliseconds)
    {
        if (milliseconds is { } known) book.Set(metric, known / 1000.0);
        else book.Clear(metric);
    }
}
