using System.Runtime.Versioning;
using Athena.Common.State;
using Athena.Common.State.AuditCopies;
using Athena.Common.Tests.Grafana.Database;

namespace Athena.Common.Tests.State.AuditCopies;

/// <summary>Making the tables of the copy, and carrying them on; and what stands in the views.</summary>
[SupportedOSPlatform("linux")]
internal sealed class AuditMigrationTests : CopyScenario
{
    [Test]
    public void The_steps_are_numbered_without_a_gap_and_each_says_what_it_makes() => Assert.Multiple(() =>
    {
        Assert.That(
            AuditDatabase.Schema.Known.Select(step => step.Number), Is.EqualTo(Enumerable.Range(1, AuditDatabase.Schema.Newest)));
        Assert.That(AuditDatabase.Schema.Known.Select(step => step.Title), Is.All.Not.Empty);
    });

    [Test]
    public async Task Tried_first_nothing_is_changed_and_done_twice_nothing_more()
    {
        var tried = await MigrateAsync(isDryRun: true);
        Assert.That((tried.Problem, tried.Said.Count), Is.EqualTo((default(string), 5)), string.Join('\n', tried.Said));
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'athena_audit'"), Is.Zero);
        var done = await MigrateAsync();
        Assert.That(done.Said, Is.EqualTo(tried.Said));
        Write(1, 1);
        await CopyAsync();
        var again = await MigrateAsync();
        Assert.That(again.Said, Has.One.EqualTo("The tables are as this version wants them (step 2)"));
        Assert.That(await CountAsync("line"), Is.EqualTo(1));
    }

    [TestCase(13)]
    [TestCase(17)]
    public async Task It_is_the_same_with_the_oldest_and_the_newest_server(int version)
    {
        var cluster = PostgresCluster.Need(version);
        await using var tables = await cluster.CreateEmptyAsync();
        await tables.RunAsync($"CREATE ROLE {Role} LOGIN");
        var done = await AuditMigration.RunAsync(cluster.AsAdmin(tables.Name), [Role], reader: null, isDryRun: false, default);
        Assert.That(done.Problem, Is.Null);
        Write(1, 3);
        var connection = $"Host={cluster.Socket};Port={cluster.Port};Username={Role};Database={tables.Name}";
        Assert.That(await CopyAsync(connection), Is.EqualTo(new AuditLag(3, 0, null, null)));
        await using (var database = AuditDatabase.Open(Where(connection)))
        {
            Assert.That((await AuditComparison.OfAsync(Options, database, default)).First, Is.Null);
            Assert.That(await database.EraseAsync(new AuditErasure(1, [3]), default), Is.EqualTo(2));
        }

        await tables.RunAsync($"DROP OWNED BY {Role}; DROP ROLE {Role}");
    }

    [Test]
    public async Task Where_one_step_fails_none_was_done()
    {
        await Tables.RunAsync($"CREATE ROLE maker_{Tables.Name} LOGIN; GRANT CREATE ON DATABASE {Tables.Name} TO maker_{Tables.Name}; "
            + $"ALTER ROLE maker_{Tables.Name} SET statement_timeout = 1");
        var owner = $"Host={Cluster.Socket};Port={Cluster.Port};Username=maker_{Tables.Name};Database={Tables.Name}";
        Assert.That((await MigrateAsync(owner: owner)).Problem, Does.Contain("statement timeout"));
        await Tables.RunAsync($"ALTER ROLE maker_{Tables.Name} RESET statement_timeout");
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'athena_audit'"), Is.Zero);
        Assert.That((await MigrateAsync(owner: owner)).Problem, Is.Null);
        Assert.That((await MigrateAsync()).Problem, Is.Null, "a superuser may as well");
    }

    [Test]
    public async Task A_role_that_could_change_what_was_copied_is_refused()
    {
        Assert.That((await MigrateAsync(roles: "postgres")).Problem, Does.Contain("so could change what was copied"));
        Assert.That((await MigrateAsync(roles: "nobody")).Problem, Does.Contain("There is no role nobody. Make it: CREATE ROLE"));
        await Tables.RunAsync("CREATE SCHEMA athena_audit AUTHORIZATION athena_reader");
        Assert.That((await MigrateAsync()).Problem, Does.Contain("is none of ours"));
    }

    [Test]
    public async Task A_database_that_cannot_hold_every_letter_is_refused()
    {
        await Tables.RunAsync($"CREATE DATABASE latin_{Tables.Name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        var done = await MigrateAsync(owner: Cluster.AsAdmin($"latin_{Tables.Name}"));
        Assert.That(done.Problem, Does.Contain("keeps text as LATIN1"));
    }

    [Test]
    public async Task The_views_tell_decisions_hours_and_days_without_a_name()
    {
        await MigrateAsync();
        Write(1, 2);
        Time.Advance(TimeSpan.FromMinutes(12));
        Log.Append(new AuditEntry("approved", "uid1", "approved", new Dictionary<string, string> { ["by"] = "admin1" }));
        Log.Append(new AuditEntry("rejected", "uid2", "rejected: by hand", new Dictionary<string, string> { ["by"] = "admin1" }));
        await CopyAsync();
        Assert.That(
            await Tables.ValueAsync("SELECT string_agg(account || ' ' || decision || ' ' || waited, ', ' ORDER BY at, account) "
                + "FROM athena_audit.v_decisions"),
            Is.EqualTo("uid1 approved 00:12:00, uid2 rejected 00:12:00"));
        Assert.That(
            await Tables.ValueAsync("SELECT string_agg(event || ' ' || lines, ', ' ORDER BY event) FROM athena_audit.v_totals"),
            Is.EqualTo("approved 1, locked 2, rejected 1"));
        Assert.That(await Tables.ValueAsync("SELECT sum(lines)::int FROM athena_audit.v_lines_per_day"), Is.EqualTo(4));

        await Tables.RunAsync(
            """
            INSERT INTO athena_audit.line
                (installation, daemon, line, tenant, at, written_at, event, subject, verdict, facts_hash, previous, hash)
            SELECT 'i', 'grafana-compliance', row_number() OVER (), 't', now(), '', event, subject, verdict, '', '', ''
            FROM (VALUES ('window-decided', 'AC-20261120T0800Z', 'only-admins, 3rd of November, late'),
                         ('window-decided', 'AC-20261120T0900Z', 'in-use'), ('window-void', 'AC-20261120T0900Z', 'void'),
                         ('window-decided', 'no hour', 'in-use')) AS v (event, subject, verdict)
            """);
        Assert.That(
            await Tables.ValueAsync("SELECT string_agg(to_char(ended_at AT TIME ZONE 'UTC', 'DD HH24:MI') || ' ' || outcome || ' ' || late "
                + "|| ' ' || void, ', ' ORDER BY report) FROM athena_audit.v_hours"),
            Is.EqualTo("20 08:00 only-admins true false, 20 09:00 in-use false true"));
    }
}
