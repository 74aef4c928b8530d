using System.Text;
using System.Text.RegularExpressions;
using Athena.ActiveUsers.Pulses;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Grafana.Identities;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.Telemetry.Metrics;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <summary>The metrics of recorded traffic, in which people have names of every kind.</summary>
internal sealed partial class PulseCountersTests
{
    private static readonly string Recorded = Repository.PathOf("tests/Fixtures/logs");

    private static IEnumerable<string> Logs => Directory.EnumerateFiles(Recorded, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file).Contains("log", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .Select(file => Path.GetRelativePath(Recorded, file));

    [TestCaseSource(nameof(Logs))]
    public void No_label_holds_what_somebody_is_called_where_they_come_from_or_what_they_opened(string log)
    {
        var counter = new ActivityCounter(new ActivityCounterOptions());
        HashSet<string> organisations = ["default", "other"];
        foreach (var line in File.ReadLines(Path.Combine(Recorded, log), Encoding.Latin1))
        {
            var parsed = LogLine.Parse(Encoding.Latin1.GetBytes(line));
            organisations.Add(parsed.OrgId.ToString(System.Globalization.CultureInfo.InvariantCulture));
            counter.Take(parsed);
        }

        var (book, activity) = (new MetricBook("grafana-active-users"), counter.Snapshot());
        var counters = new PulseCounters(book);
        counters.Read(Pulse.Of(new WindowReading(activity, Some.Coverage()), UserDirectory.Unread, null, null));
        counters.Look(activity);

        var values = Label().Matches(book.Write()).Select(label => (Name: label.Groups[1].Value, Value: label.Groups[2].Value)).ToList();
        Assert.That(values.Select(label => label.Name).Distinct(), Is.SubsetOf(new[] { "tenant_id", "daemon", "le" }));
        Assert.That(values.Where(label => label.Name == "tenant_id").Select(label => label.Value).Distinct(), Is.SubsetOf(organisations));
        Assert.That(values.Where(label => label.Name == "daemon").Select(label => label.Value), Is.All.EqualTo("grafana-active-users"));
        Assert.That(values.Where(label => label.Name == "le").Select(label => label.Value), Is.All.Match(@"^(\+Inf|[0-9.]+)$"));
    }

    [GeneratedRegex("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();
}
