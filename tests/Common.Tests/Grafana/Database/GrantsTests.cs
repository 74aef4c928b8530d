using System.Runtime.Versioning;
using Athena.Common.Grafana.Database;
using Npgsql;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>What the role of <c>packaging/sql/grafana-auto-disable-grants.sql</c> may do, and that it may do no more.</summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
public sealed class GrantsTests
{
    private GrafanaTables? made;

    private GrafanaTables Tables => made!;

    [SetUp]
    public async Task MakeDatabase() => made = await PostgresCluster.Need().CreateGrafanaAsync();

    [TearDown]
    public async Task Forget()
    {
        if (made is not null) await made.DisposeAsync();
        made = null;
    }

    [Test]
    public async Task With_these_grants_all_is_well()
    {
        await using var table = Tables.Open();
        var fitness = await table.CheckAsync(default);
        Assert.That((fitness.Outcome, fitness.Problems, fitness.Cautions), Is.EqualTo(
            (UserTableOutcome.Done, Array.Empty<string>(), Array.Empty<string>())));
    }

    [TestCase("UPDATE \"user\" SET is_admin = true")]
    [TestCase("UPDATE \"user\" SET login = 'me', is_disabled = false")]
    [TestCase("UPDATE \"user\" SET password = ''")]
    [TestCase("UPDATE \"user\" SET id = 2, uid = 'x'")]
    [TestCase("SELECT email FROM \"user\"")]
    [TestCase("SELECT * FROM \"user\"")]
    [TestCase("INSERT INTO \"user\" (uid) VALUES ('x')")]
    [TestCase("DELETE FROM \"user\"")]
    [TestCase("TRUNCATE \"user\"")]
    [TestCase("SELECT auth_token FROM user_auth_token")]
    [TestCase("UPDATE user_auth_token SET user_id = 1")]
    [TestCase("INSERT INTO user_auth_token (user_id) VALUES (1)")]
    [TestCase("SELECT 1 FROM user_auth")]
    [TestCase("SELECT o_auth_access_token FROM user_auth")]
    [TestCase("SELECT role FROM org_user")]
    [TestCase("UPDATE org_user SET role = 'Admin'")]
    [TestCase("CREATE TABLE mine (id int)")]
    [TestCase("CREATE ROLE another")]
    public async Task The_role_may_do_nothing_else(string sql)
    {
        await Tables.AddUserAsync("fg4xdjyf177r4e", sessions: 1);
        await using var connection = new NpgsqlConnection(Tables.AsRole + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        Assert.That(
            Assert.ThrowsAsync<PostgresException>(command.ExecuteNonQueryAsync)!.SqlState,
            Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task The_script_may_be_run_again_and_takes_back_what_was_granted_since()
    {
        await Tables.RunAsync(
            $"GRANT SELECT, UPDATE ON \"user\" TO {GrafanaTables.Role}; GRANT UPDATE (role) ON org_user TO {GrafanaTables.Role}");
        await using var table = Tables.Open();
        var before = await table.CheckAsync(default);
        PostgresCluster.Need().Psql(Tables.Name, "-f", GrafanaTables.Script);

        Assert.That(before.IsFit, Is.True);
        Assert.That(before.Cautions.Single(), Does.StartWith("Role grafana_auto_disable may also change id, version, login"));
        Assert.That((await table.CheckAsync(default)).Cautions, Is.Empty);
        Assert.That(
            await Tables.ValueAsync($"SELECT has_column_privilege('{GrafanaTables.Role}', 'org_user', 'role', 'UPDATE')"), Is.False);
    }

    [Test]
    public async Task Another_name_for_the_role_may_be_given()
    {
        PostgresCluster.Need().Psql(Tables.Name, "-v", "role=grafana-auto-disable", "-f", GrafanaTables.Script);
        Assert.That(
            await Tables.ValueAsync("SELECT has_column_privilege('grafana-auto-disable', '\"user\"', 'is_disabled', 'UPDATE')"), Is.True);
    }

    [Test]
    public async Task A_server_that_only_reads_is_named_before_it_is_needed()
    {
        await Tables.RunAsync($"ALTER DATABASE {Tables.Name} SET default_transaction_read_only = on");
        await using var table = Tables.Open();
        var fitness = await table.CheckAsync(default);
        var answer = await table.DisableAsync(1, "x", default);
        Assert.That((fitness.Outcome, answer.Outcome), Is.EqualTo((UserTableOutcome.Unavailable, UserTableOutcome.Unavailable)));
        Assert.That(fitness.Problems.Append(answer.Detail), Has.All.Contain(
            "only reads (a standby?): GRAFANA_DATABASE must name the one that Grafana writes to"));
    }

    [Test]
    public async Task A_superuser_is_cautioned()
    {
        var cluster = PostgresCluster.Need();
        await using var table = new GrafanaUserTable(
            new GrafanaDatabaseOptions { ConnectionString = cluster.AsAdmin(Tables.Name), Daemon = "auto-disable" }, TimeProvider.System);
        var fitness = await table.CheckAsync(default);
        Assert.That(fitness.IsFit, Is.True);
        Assert.That(fitness.Cautions.Single(), Does.StartWith("Role postgres is a superuser"));
    }

    [TestCase(
        "REVOKE UPDATE (is_disabled) ON \"user\" FROM grafana_auto_disable",
        UserTableOutcome.Refused,
        "Role grafana_auto_disable may not UPDATE column is_disabled of table \"user\"")]
    [TestCase(
        "REVOKE SELECT (uid) ON \"user\" FROM grafana_auto_disable",
        UserTableOutcome.Refused,
        "may not SELECT column uid of table \"user\"")]
    [TestCase(
        "REVOKE DELETE ON user_auth_token FROM grafana_auto_disable",
        UserTableOutcome.Refused,
        "may not DELETE from table \"user_auth_token\"")]
    [TestCase(
        "ALTER TABLE \"user\" RENAME COLUMN is_disabled TO disabled",
        UserTableOutcome.UnknownTables,
        "There is no column is_disabled of table \"user\"")]
    [TestCase(
        "ALTER TABLE \"user\" ALTER is_disabled DROP DEFAULT, ALTER is_disabled TYPE integer USING 0",
        UserTableOutcome.UnknownTables,
        "column is_disabled of table \"user\" is of type integer, expected boolean")]
    [TestCase(
        "ALTER TABLE user_auth_token DROP COLUMN user_id",
        UserTableOutcome.UnknownTables,
        "There is no column user_id of table \"user_auth_token\"")]
    [TestCase("DROP TABLE user_auth_token", UserTableOutcome.UnknownTables, "There is no table \"user_auth_token\"")]
    [TestCase("ALTER TABLE \"user\" RENAME TO users", UserTableOutcome.UnknownTables, "There is no table \"user\"")]
    public async Task What_is_missing_or_different_is_named_before_it_is_needed(string change, UserTableOutcome outcome, string sentence)
    {
        await Tables.RunAsync(change);
        await using var table = Tables.Open();
        var fitness = await table.CheckAsync(default);
        Assert.That(fitness.Outcome, Is.EqualTo(outcome));
        Assert.That(fitness.Problems, Has.Exactly(1).Items);
        Assert.That(fitness.Problems[0], Does.Contain(sentence));
        Assert.That((await table.DisableAsync(1, "x", default)).Outcome, Is.EqualTo(outcome), "and the call itself says the same");
    }
}
