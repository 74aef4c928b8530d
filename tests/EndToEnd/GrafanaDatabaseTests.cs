using System.Runtime.Versioning;
using Athena.Common.Tests.GrafanaDatabase;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Postgres;

namespace Athena.EndToEnd;

/// <summary>
/// The same attempts with access to Grafana's database: a real PostgreSQL with Grafana's tables and the rights of the packaged script, in
/// which the stand-in keeps flags and sessions. Whatever he tries, he ends outside.
/// </summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
[Parallelizable(ParallelScope.Self)] // The role has four connections in all.
internal sealed class GrafanaDatabaseTests
{
    private GrafanaTables tables = null!;
    private PostgresTables shared = null!;

    private static IEnumerable<TestCaseData> Attempts() => Attempt.All.Select(attempt => new TestCaseData(attempt).SetArgDisplayNames(attempt.Name));

    [SetUp]
    public async Task OpenDatabase()
    {
        tables = await PostgresCluster.Need().CreateGrafanaAsync();
        shared = new PostgresTables(PostgresCluster.Need().AsAdmin(tables.Name).Replace("Pooling=false", "Maximum Pool Size=1", StringComparison.Ordinal));
    }

    [TearDown]
    public async Task CloseDatabase()
    {
        shared?.Dispose();
        if (tables is not null) await tables.DisposeAsync();
    }

    [TestCaseSource(nameof(Attempts))]
    public async Task Ends_outside_whoever(object attempt)
    {
        var tried = (Attempt)attempt;
        await using var lab = await OpenAsync();
        using var him = new Outsider(lab, tried.Way, "kagiso");
        Assert.That(await him.ComeAsync(), Is.EqualTo(200), "he is inside at once");
        await IsOutsideAsync(lab, him);
        await tried.MakeAsync(lab, him);
        await IsOutsideAsync(lab, him);
        if (tried.Way != Outside.Directory) Assert.That(await him.ComeAsync(), Is.EqualTo(401), "the flag refuses him now");
    }

    [Test]
    public async Task A_flag_that_somebody_cleared_is_no_approval_and_the_command_is_one()
    {
        await using var lab = await OpenAsync();
        using var him = new Outsider(lab, Outside.SingleSignOn, "kagiso");
        await him.ComeAsync();
        await IsOutsideAsync(lab, him);
        await lab.MailAsync("Locked, waiting for you: ");
        await tables.RunAsync("UPDATE \"user\" SET is_disabled = false");
        await him.ComeAsync();
        await IsOutsideAsync(lab, him);

        var approved = await lab.Program.RunAsync("approve", $"uid:{him.Account.Uid}", "--yes");
        Assert.Multiple(async () =>
        {
            Assert.That(approved.ExitCode, Is.Zero, approved.Text);
            Assert.That(await tables.LookAsync(him.Account.Id), Is.EqualTo((false, 0L)));
            Assert.That(await him.ComeAsync(), Is.EqualTo(200));
        });
    }

    /// <summary>The daemon guards; it looks at the list each second, because a flag that is cleared leaves no line.</summary>
    private async Task<Lab> OpenAsync()
    {
        var lab = await Lab.OpenAsync(ExternalUserTests.Options with { Tables = shared }, pollInterval: "1s");
        lab.Program.Settings["GRAFANA_DATABASE"] = tables.AsRole;
        await lab.StartDaemonAsync();
        return lab;
    }

    private Task IsOutsideAsync(Lab lab, Outsider him) => Eventually.TrueAsync(
        async () => await tables.LookAsync(him.Account.Id) == (true, 0L) && await him.AskAsync() == 401,
        $"{him.Email} is locked in the database and outside", lab.Story);
}
