using System.Text.Json.Nodes;
using Athena.Common.Daemon.Units;
using Athena.Common.Kpis;
using Athena.Common.Settings;

namespace Athena.Workers.Tests;

/// <summary><c>athena-workers report</c>: one report of what each daemon knows, and who did not tell is said.</summary>
internal sealed class KeyFiguresTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    [TearDown]
    public void Close()
    {
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
    }

    [Test]
    public async Task All_parts_are_one_report()
    {
        var daemons = new Fake(name => new Tool.Result(0, Part(name), ""));
        Assert.That(await RunAsync(daemons, "json"), Is.Zero);
        Assert.That(daemons.Asked[0], Is.EqualTo("grafana-auto-disable kpi --last 30d --output json"));
        var kpis = JsonNode.Parse(output.ToString())!["kpis"]!.AsArray();
        Assert.That(kpis, Has.Count.EqualTo(KpiKinds.All.Count));
        Assert.That(kpis.Select(kpi => (string)kpi!["key"]! == "availability" ? (double?)kpi["value"] : 99.9), Is.All.EqualTo(99.9));
    }

    [Test]
    public async Task Who_cannot_tell_is_named_and_the_others_are_shown()
    {
        var daemons = new Fake(name => name == "grafana-compliance"
            ? new Tool.Result(78, "", "REPORT_HOURS=x: must be hours\n")
            : new Tool.Result(0, Part(name), ""));
        Assert.That(await RunAsync(daemons, "text"), Is.EqualTo(ExitCode.Fault));
        Assert.That(error.ToString(), Does.Contain("grafana-compliance cannot tell its part: REPORT_HOURS=x"));
        Assert.That(output.ToString(), Does.Contain("99.9 %").And.Contain("REPORT_HOURS=x"));
    }

    [Test]
    public async Task Whoever_may_not_read_is_told_so_and_nothing_is_shown()
    {
        var daemons = new Fake(_ => new Tool.Result(77, "", "Only root may read this. Run: sudo grafana-compliance kpi\n"));
        Assert.That(await RunAsync(daemons, "html"), Is.EqualTo(ExitCode.NotPermitted));
        Assert.That(output.ToString(), Is.Empty);
    }

    [Test]
    public void A_span_that_is_none_is_refused_before_anybody_is_asked()
    {
        var daemons = new Fake(_ => throw new InvalidOperationException());
        Assert.That(() => RunAsync(daemons, "text", last: "30"), Throws.TypeOf<UsageException>());
    }

    private Task<int> RunAsync(Fake daemons, string form, string last = "30d") =>
        new KeyFigures(daemons, _ => new SettingsSource(new Dictionary<string, string>()), new Fixed())
            .RunAsync(last, null, null, form, output, error, CancellationToken.None);

    private static string Part(string daemon) => new KpiPart(1, daemon, Now.AddDays(-30), Now, Now,
        daemon == "grafana-active-users" ? [KpiKinds.Availability.Share(999, 1000, 43_200, 43_200, 99.5)] : []).ToJson();

    private sealed class Fixed : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Fake(Func<string, Tool.Result> answer) : IDaemons
    {
        public List<string> Asked { get; } = [];

        public IReadOnlyList<string> Names => ["grafana-auto-disable", "grafana-compliance", "grafana-active-users"];

        public Task<Tool.Result> AskAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel)
        {
            Asked.Add($"{daemon} {string.Join(' ', arguments)}");
            return Task.FromResult(answer(daemon));
        }

        public Task<int> RunHereAsync(string daemon, IReadOnlyList<string> arguments, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
