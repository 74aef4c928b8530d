using System.Runtime.Versioning;
using Athena.Common.Grafana.Database;
using Npgsql;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>Something of born locked is missing, changed or attacked, in the system's PostgreSQL.</summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
public sealed class BornLockedDamageTests() : BornLockedScenario(0)
{
    /// <summary>Each takes something away that the triggers need or read; what the daemon then says.</summary>
    private static readonly TestCaseData[] Losses =
    [
        new("DROP TABLE athena_workers.held", "The table athena_workers.held is missing"),
        new("ALTER TABLE athena_workers.held RENAME born TO b", "The table athena_workers.held is not as it was installed"),
        new("ALTER TABLE athena_workers.held DROP CONSTRAINT held_pkey", "The table athena_workers.held is not as it was installed"),
        new("ALTER FUNCTION athena_workers.born_told() OWNER TO other",
            "Role other, to whom the function athena_workers.born_told belongs, may not use the table"),
        new("REVOKE USAGE ON SCHEMA athena_workers FROM grafana_auto_disable",
            "Role grafana_auto_disable may not use the table athena_workers.held"),
        new("ALTER TABLE \"user\" RENAME is_disabled TO was_disabled", "There is no column is_disabled of table \"user\" any more"),
        new("ALTER TABLE \"user\" DROP COLUMN is_disabled", "There is no column is_disabled of table \"user\" any more"),
        new("ALTER TABLE \"user\" DROP COLUMN is_service_account", "There is no column is_service_account of table \"user\" any more"),
        new("ALTER TABLE \"user\" ALTER is_admin DROP NOT NULL, DROP COLUMN is_provisioned", ""),
        new("ALTER TABLE \"user\" RENAME is_admin TO was_admin", "There is no column is_admin of table \"user\" any more"),
        new("ALTER TABLE \"user\" RENAME id TO number", "There is no column id of table \"user\" any more"),
        new("ALTER TABLE user_auth RENAME TO user_auths", "There is no column user_id of table \"user_auth\" any more"),
        new("ALTER TABLE \"user\" DISABLE TRIGGER zzzz_athena_born_locked",
            "The trigger zzzz_athena_born_locked is switched off: new accounts are not refused"),
        new("ALTER TABLE \"user\" ENABLE REPLICA TRIGGER zzzz_athena_stay_locked", "The trigger zzzz_athena_stay_locked is switched off"),
        new("DROP TRIGGER zzzz_athena_born_told ON \"user\"",
            "The trigger zzzz_athena_born_told is missing: it is not marked who was born locked"),
        new("DROP FUNCTION athena_workers.stay_locked() CASCADE", "The function athena_workers.stay_locked is missing"),
        new(
            "CREATE OR REPLACE FUNCTION athena_workers.born_locked() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
            "The function athena_workers.born_locked is not as this version installs it"),
        new("ALTER FUNCTION athena_workers.born_told() SECURITY INVOKER",
            "The function athena_workers.born_told is not as this version installs it"),
        new(
            "ALTER FUNCTION athena_workers.stay_locked() SET search_path = public",
            "The function athena_workers.stay_locked is not as this version installs it"),
        new("ALTER FUNCTION athena_workers.born_locked() OWNER TO superior",
            "What is in schema athena_workers belongs to different roles"),
        new("ALTER SCHEMA athena_workers OWNER TO other", "What is in schema athena_workers belongs to different roles"),
        new("ALTER TABLE athena_workers.held OWNER TO superior", "What is in schema athena_workers belongs to different roles"),
        new("ALTER FUNCTION athena_workers.born_locked() OWNER TO grafana_auto_disable", "belongs to our own role grafana_auto_disable"),
        new(
            "DROP TRIGGER zzzz_athena_born_locked ON \"user\"; CREATE TRIGGER zzzz_athena_born_locked BEFORE INSERT ON \"user\" FOR EACH "
            + "ROW WHEN (new.org_id = 7) EXECUTE FUNCTION athena_workers.born_locked()",
            "The trigger zzzz_athena_born_locked is not as it was installed"),
        new(
            "DROP TRIGGER zzzz_athena_born_locked ON \"user\"; CREATE TRIGGER zzzz_athena_born_locked AFTER INSERT ON \"user\" FOR EACH "
            + "ROW EXECUTE FUNCTION athena_workers.born_locked()",
            "The trigger zzzz_athena_born_locked is not as it was installed"),
        new(
            "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.is_disabled := false; RETURN new; END'; CREATE TRIGGER "
            + "zzzzz BEFORE INSERT ON \"user\" FOR EACH ROW EXECUTE FUNCTION undo()",
            "The trigger zzzzz on table \"user\" fires after ours and can undo the lock"),
        new(
            "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TRIGGER audit BEFORE INSERT ON "
            + "\"user\" FOR EACH ROW EXECUTE FUNCTION other()",
            "There is another trigger on table \"user\" that can change new rows: audit"),
    ];

    [TestCaseSource(nameof(Losses))]
    public async Task Nothing_that_is_taken_away_makes_a_statement_of_Grafana_fail_and_it_is_named(string loss, string sentence)
    {
        Install();
        await InsertAsync();
        var before = await LastIdAsync("true");
        await Tables.RunAsync(loss);
        await InsertAsync();
        await Tables.RunAsync("UPDATE \"user\" SET login = login || '2'");
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM \"user\""), Is.EqualTo(2L), "both are there");
        Assert.That(before, Is.Positive);
        await using var table = Tables.Open();
        var status = await table.LookAsync(default);
        if (sentence.Length == 0)
        {
            Assert.That((status.Standing, status.Problems), Is.EqualTo((BornLockedStanding.Whole, Array.Empty<string>())));
            return;
        }

        Assert.That(status.Problems, Has.Some.Contains(sentence));
        Assert.That(status.Standing, Is.EqualTo(BornLockedStanding.Broken));
        Assert.That(
            status.Problems,
            Has.All.Matches<string>(problem =>
                problem.Contains("sudo grafana-auto-disable", StringComparison.Ordinal)
                || problem.EndsWith(". Find out whose it is.", StringComparison.Ordinal)
                || problem.Contains("Rename or drop it", StringComparison.Ordinal)
                || problem.Contains("newer than what is known", StringComparison.Ordinal)), "what to do");
    }

    [TestCase("DROP TRIGGER zzzz_athena_born_locked ON \"user\"")]
    [TestCase("DROP FUNCTION athena_workers.born_told() CASCADE")]
    [TestCase("DROP TABLE athena_workers.held")]
    [TestCase("ALTER TABLE athena_workers.held DROP COLUMN born, DROP COLUMN since")]
    [TestCase("DROP SCHEMA athena_workers CASCADE")]
    [TestCase("ALTER FUNCTION athena_workers.born_told() OWNER TO superior; ALTER TABLE athena_workers.held OWNER TO superior")]
    [TestCase("SELECT 1")]
    public async Task It_may_be_installed_again_over_whatever_is_left(string damage)
    {
        Install();
        await Tables.RunAsync(damage);
        Install();
        await using var table = Tables.Open();
        var status = await table.LookAsync(default);
        Assert.That((status.Standing, status.Problems), Is.EqualTo((BornLockedStanding.Whole, Array.Empty<string>())));
        Assert.That(await InsertAsync(), Is.EqualTo(true));
    }

    [TestCase("DROP TRIGGER zzzz_athena_born_locked ON \"user\"")]
    [TestCase("DROP TABLE athena_workers.held")]
    [TestCase("DROP FUNCTION athena_workers.born_told() CASCADE")]
    [TestCase("ALTER TABLE \"user\" RENAME is_disabled TO was_disabled")]
    [TestCase("ALTER TABLE \"user\" RENAME TO people")]
    [TestCase("SELECT 1")]
    public async Task Removed_it_leaves_nothing_and_says_who_is_still_disabled(string damage)
    {
        Install();
        await InsertAsync();
        var id = await LastIdAsync("true");
        await Tables.RunAsync(damage);
        var said = Remove();
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"), Is.Zero);
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'athena_workers'"), Is.Zero);
        if (damage.StartsWith("SELECT", StringComparison.Ordinal)) Assert.That(said, Does.Contain($"accounts: 1. They are: id {id} uid u"));
        Assert.That(Remove(), Does.Contain("Removed:"), "twice in a row");
    }

    [TestCase("CREATE OR REPLACE FUNCTION athena_workers.born_locked() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'")]
    [TestCase("DROP TRIGGER zzzz_athena_born_locked ON \"user\"")]
    [TestCase("ALTER TABLE \"user\" DISABLE TRIGGER ALL")]
    [TestCase("CREATE TRIGGER zzzzz BEFORE INSERT ON \"user\" FOR EACH ROW EXECUTE FUNCTION athena_workers.born_locked()")]
    [TestCase("INSERT INTO athena_workers.held (user_id, born) VALUES (7, true)")]
    [TestCase("UPDATE athena_workers.held SET born = true")]
    [TestCase("TRUNCATE athena_workers.held")]
    [TestCase("CREATE TABLE athena_workers.more (id int)")]
    [TestCase("DROP SCHEMA athena_workers CASCADE")]
    public async Task With_the_rights_of_the_daemon_nothing_of_it_can_be_changed_and_no_mark_forged(string attack)
    {
        Install();
        await using var connection = new NpgsqlConnection(Tables.AsRole + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(attack, connection);
        Assert.That(
            Assert.ThrowsAsync<PostgresException>(command.ExecuteNonQueryAsync)!.SqlState,
            Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task In_a_database_that_is_not_Grafana_s_nothing_is_done()
    {
        await Tables.RunAsync("ALTER TABLE \"user\" RENAME TO people");
        Assert.That(Assert.Throws<InvalidOperationException>(() => Install())!.Message, Does.Contain("There is no table \"user\""));
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'athena_workers'"), Is.Zero);
    }

    [Test]
    public async Task A_trigger_that_undoes_the_lock_makes_the_probe_fail_and_nothing_is_installed()
    {
        await Tables.RunAsync(
            "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.is_disabled := false; RETURN new; END'; CREATE TRIGGER "
            + "zzzzz BEFORE INSERT ON \"user\" FOR EACH ROW EXECUTE FUNCTION undo()");
        Assert.That(
            Assert.Throws<InvalidOperationException>(() => Install())!.Message, Does.Contain("Nothing was installed").And.Contain("zzzzz"));
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'athena_workers'"), Is.Zero);
    }
}
