using System.Runtime.Versioning;
using Athena.Common.Grafana.Database;
using Athena.Common.Tests.Notify;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>
/// Grafana's database is dumped where accounts are born locked, and restored somewhere else: Grafana starts, and what is missing is said.
/// </summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
public sealed class BornLockedDumpTests
{
    [TestCase("whole", BornLockedStanding.Whole)]
    [TestCase("public only", BornLockedStanding.Absent)]
    public async Task A_dump_is_restored_elsewhere_and_Grafana_s_tables_are_there_with_or_without_it(
        string what, BornLockedStanding standing)
    {
        var cluster = PostgresCluster.Need();
        await using var here = await cluster.CreateGrafanaAsync();
        cluster.PsqlFile(here.Name, Path.Combine(Some.RepositoryRoot(), "packaging", "sql", "born-locked-install.sql"), "");
        await here.AddUserAsync("here", sessions: 0);
        await using var there = await cluster.CreateEmptyAsync();
        cluster.Restore(here.Name, there.Name, lacks: null, what == "whole" ? ["--no-owner"] : ["--no-owner", "-n", "public"]);
        await there.AddUserAsync("there", sessions: 0);
        Assert.That(await there.ValueAsync("SELECT count(*) FROM \"user\""), Is.EqualTo(2L));
        cluster.Psql(there.Name, "-f", GrafanaTables.Script);
        await using var table = there.Open();
        var status = await table.LookAsync(default);
        Assert.That((status.Standing, status.Problems.Count), Is.EqualTo((standing, 0)), string.Join(" ", status.Problems));
    }

    /// <summary>A new server: what the dump grants the daemon's role was refused.</summary>
    [Test]
    public async Task Where_the_role_of_the_daemon_was_not_there_Grafana_works_new_accounts_are_refused_and_what_is_missing_is_named()
    {
        var cluster = PostgresCluster.Need();
        await using var here = await cluster.CreateGrafanaAsync();
        cluster.PsqlFile(here.Name, Path.Combine(Some.RepositoryRoot(), "packaging", "sql", "born-locked-install.sql"), "");
        await using var there = await cluster.CreateEmptyAsync();
        cluster.Restore(here.Name, there.Name, lacks: GrafanaTables.Role, "--no-owner");
        var id = await there.AddUserAsync("there", sessions: 0);
        Assert.That((await there.LookAsync(id)).IsDisabled, Is.True);

        await using var table = there.Open();
        Assert.That((await table.LookAsync(default)).Problems, Is.EqualTo(
            new[]
            {
                "Role grafana_auto_disable may not use the table athena_workers.held. Install it again (sudo grafana-auto-disable "
                + "born-locked install).",
            }));
        cluster.Psql(there.Name, "-f", GrafanaTables.Script);
        Assert.That((await table.LookAsync(default)).Standing, Is.EqualTo(BornLockedStanding.Whole), "what makes the role gives it back");
    }
}
