using System.Runtime.Versioning;
using Athena.Common.Tests.Grafana.Database;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Postgres;

namespace Athena.EndToEnd;

/// <summary>
/// The same attempts with access to Grafana's database: a real PostgreSQL with Grafana's tables and the rights of the packaged script, in
/// which the stand-in keeps flags and sessions. Whatever they try, they end outside.
/// </summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
[Parallelizable(ParallelScope.Self)] // The role has four connections in all.
internal sealed class GrafanaDatabaseTests
{
    private GrafanaTables tables = null!;
    private PostgresTables shared = null!;

    private static IEnumerable<TestCaseData> Attempts() =>
        RequestAttempt.All.Select(requestAttempt => new TestCaseData(requestAttempt).SetArgDisplayNames(requestAttempt.Name));

    [SetUp]
    public async Task OpenDatabase()
    {
        tables = await PostgresCluster.Need().CreateGrafanaAsync();
        shared = new PostgresTables(PostgresCluster.Need().AsAdmin(tables.Name)
            .Replace("Pooling=false", "Maximum Pool Size=1", StringComparison.Ordinal));
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
        var tried = (RequestAttempt)attempt;
        await using var lab = await OpenAsync();
        using var outsider = new Outsider(lab, tried.Way, "kagiso");
        Assert.That(await outsider.ComeAsync(), Is.EqualTo(200), "they are inside at once");
        await IsOutsideAsync(lab, outsider);
        await tried.MakeAsync(lab, outsider);
        await IsOutsideAsync(lab, outsider);
        if (tried.Way != Outside.Directory) Assert.That(await outsider.ComeAsync(), Is.EqualTo(401), "the flag refuses them now");
    }

    [Test]
    public async Task A_flag_that_somebody_cleared_is_no_approval_and_the_command_is_one()
    {
        await using var lab = await OpenAsync();
        using var outsider = new Outsider(lab, Outside.SingleSignOn, "kagiso");
        await outsider.ComeAsync();
        await IsOutsideAsync(lab, outsider);
        await lab.MailAsync("Locked, waiting for you: ");
        await tables.RunAsync("UPDATE \"user\" SET is_disabled = false");
        await outsider.ComeAsync();
        await IsOutsideAsync(lab, outsider);

        var approved = await lab.Program.RunAsync("approve", $"uid:{outsider.Account.Uid}", "--yes");
        Assert.Multiple(async () =>
        {
            Assert.That(approved.ExitCode, Is.Zero, approved.Text);
            Assert.That(await tables.LookAsync(outsider.Account.Id), Is.EqualTo((false, 0L)));
            Assert.That(await outsider.ComeAsync(), Is.EqualTo(200));
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

    private Task IsOutsideAsync(Lab lab, Outsider outsider) => Eventually.TrueAsync(
        async () => await tables.LookAsync(outsider.Account.Id) == (true, 0L) && await outsider.AskAsync() == 401,
        $"{outsider.Email} is locked in the database and outside", lab.Story);
}
