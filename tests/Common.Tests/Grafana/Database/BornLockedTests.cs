using System.Runtime.Versioning;
using Athena.Common.Grafana.Database;
using Athena.Common.GrafanaDatabase;
using Athena.Common.Tests.GrafanaDatabase;
using Athena.Common.Tests.Notifications;
using Npgsql;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>The triggers in real PostgreSQLs with Grafana's columns: the system's, and the oldest and the newest that are promised.</summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
[TestFixture(0)]
[TestFixture(13)]
[TestFixture(17)]
public sealed class BornLockedTests(int version)
{
    /// <summary>Each takes something away that the triggers need or read; what the daemon then says.</summary>
    private static readonly TestCaseData[] Losses =
    [
        new("DROP TABLE athena_workers.held", "The table athena_workers.held is missing"),
        new("ALTER TABLE athena_workers.held RENAME born TO b", "The table athena_workers.held is not as it was installed"),
        new("ALTER TABLE athena_workers.held DROP CONSTRAINT held_pkey", "The table athena_workers.held is not as it was installed"),
        new("ALTER FUNCTION athena_workers.born_told() OWNER TO other", "Role other, to whom the function athena_workers.born_told belongs, may not use the table"),
        new("REVOKE USAGE ON SCHEMA athena_workers FROM grafana_auto_disable", "Role grafana_auto_disable may not use the table athena_workers.held"),
        new("ALTER TABLE \"user\" RENAME is_disabled TO was_disabled", "There is no column is_disabled of table \"user\" any more"),
        new("ALTER TABLE \"user\" DROP COLUMN is_disabled", "There is no column is_disabled of table \"user\" any more"),
        new("ALTER TABLE \"user\" DROP COLUMN is_service_account", "There is no column is_service_account of table \"user\" any more"),
        new("ALTER TABLE \"user\" ALTER is_admin DROP NOT NULL, DROP COLUMN is_provisioned", ""),
        new("ALTER TABLE \"user\" RENAME id TO number", "There is no column id of table \"user\" any more"),
        new("ALTER TABLE user_auth RENAME TO user_auths", "There is no column user_id of table \"user_auth\" any more"),
        new("ALTER TABLE \"user\" DISABLE TRIGGER zzzz_athena_born_locked", "The trigger zzzz_athena_born_locked is switched off: new accounts are not refused"),
        new("ALTER TABLE \"user\" ENABLE REPLICA TRIGGER zzzz_athena_stay_locked", "The trigger zzzz_athena_stay_locked is switched off"),
        new("DROP TRIGGER zzzz_athena_born_told ON \"user\"", "The trigger zzzz_athena_born_told is missing: it is not marked who was born locked"),
        new("DROP FUNCTION athena_workers.stay_locked() CASCADE", "The function athena_workers.stay_locked is missing"),
        new("CREATE OR REPLACE FUNCTION athena_workers.born_locked() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'", "The function athena_workers.born_locked is not as this version installs it"),
        new("ALTER FUNCTION athena_workers.born_told() SECURITY INVOKER", "The function athena_workers.born_told is not as this version installs it"),
        new("ALTER FUNCTION athena_workers.stay_locked() SET search_path = public", "The function athena_workers.stay_locked is not as this version installs it"),
        new("ALTER FUNCTION athena_workers.born_locked() OWNER TO grafana_auto_disable", "belongs to our own role grafana_auto_disable"),
        new("DROP TRIGGER zzzz_athena_born_locked ON \"user\"; CREATE TRIGGER zzzz_athena_born_locked BEFORE INSERT ON \"user\" FOR EACH ROW WHEN (new.org_id = 7) EXECUTE FUNCTION athena_workers.born_locked()", "The trigger zzzz_athena_born_locked is not as it was installed"),
        new("DROP TRIGGER zzzz_athena_born_locked ON \"user\"; CREATE TRIGGER zzzz_athena_born_locked AFTER INSERT ON \"user\" FOR EACH ROW EXECUTE FUNCTION athena_workers.born_locked()", "The trigger zzzz_athena_born_locked is not as it was installed"),
        new("CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.is_disabled := false; RETURN new; END'; CREATE TRIGGER zzzzz BEFORE INSERT ON \"user\" FOR EACH ROW EXECUTE FUNCTION undo()", "The trigger zzzzz on table \"user\" fires after ours and can undo the lock"),
        new("CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TRIGGER audit BEFORE INSERT ON \"user\" FOR EACH ROW EXECUTE FUNCTION other()", "There is another trigger on table \"user\" that can change new rows: audit"),
    ];

    private GrafanaTables? made;

    private static string Scripts => Path.Combine(Some.RepositoryRoot(), "packaging", "sql");

    private GrafanaTables Tables => made!;

    private PostgresCluster Cluster => version == 0 ? PostgresCluster.Need() : PostgresCluster.Need(version);

    [SetUp]
    public async Task MakeDatabase() => made = await Cluster.CreateGrafanaAsync();

    [TearDown]
    public async Task Forget()
    {
        if (made is not null) await made.DisposeAsync();
        made = null;
    }

    [Test]
    public async Task Whoever_is_new_is_disabled_before_anybody_can_see_the_row_and_marked_and_told()
    {
        var old = await Tables.AddUserAsync("old", sessions: 0);
        Install();
        await using var listener = new NpgsqlConnection(Tables.AsRole + ";Pooling=false");
        await listener.OpenAsync();
        List<string> told = [];
        listener.Notification += (_, news) => told.Add(news.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {BornLockedScript.Channel}", listener)) await listen.ExecuteNonQueryAsync();

        Assert.That(await InsertAsync(), Is.EqualTo(true), "Grafana itself is given the row back as it is");
        var id = await LastIdAsync();
        await listener.WaitAsync(TimeSpan.FromSeconds(10));
        await using var table = Tables.Open();
        Assert.Multiple(async () =>
        {
            Assert.That(told, Is.EqualTo(new[] { $"{id}" }));
            Assert.That(await table.MarksAsync([id, old], default), Has.Exactly(1).Matches<BornMark>(mark => mark.UserId == id && DateTimeOffset.UtcNow - mark.At < TimeSpan.FromMinutes(1)));
            Assert.That((await Tables.LookAsync(old)).IsDisabled, Is.False, "never an old one");
            Assert.That(await table.LookAsync(default), Has.Property(nameof(BornLockedStatus.Standing)).EqualTo(BornLockedStanding.Whole));
        });
    }

    [TestCase("is_service_account", "")]
    [TestCase("is_admin", "")]
    [TestCase("is_provisioned", "provisioned")]
    public async Task Service_accounts_server_admins_and_where_it_is_set_those_whom_SCIM_makes_are_let_be(string column, string except)
    {
        Install(except: except);
        await Tables.RunAsync($"INSERT INTO \"user\" (version, login, email, org_id, is_admin, created, updated, uid, is_service_account, is_provisioned) VALUES (0, 'x', 'x', 1, {column == "is_admin"}, now(), now(), 'x', {column == "is_service_account"}, {column == "is_provisioned"})");
        var id = await LastIdAsync();
        await using var table = Tables.Open();
        Assert.That((await Tables.LookAsync(id)).IsDisabled, Is.False);
        Assert.That(await table.HeldAsync(10, default), Is.Empty);
        var status = await table.LookAsync(default);
        Assert.That(status.ExceptsProvisioned, Is.EqualTo(except.Length > 0));
        Assert.That(status.Problems, except.Length == 0 ? Is.Empty : Has.Exactly(1).Contains("BORN_LOCKED_EXCEPT"), "the setting does not say so");
    }

    [Test]
    public async Task An_admin_enables_an_account_of_Grafana_s_own_as_ever_and_one_from_outside_stays_locked_until_the_daemon_lets_it_go()
    {
        Install();
        await InsertAsync();
        var own = await LastIdAsync();
        await Tables.RunAsync($"UPDATE \"user\" SET is_disabled = false, updated = now() WHERE id = {own}");
        await InsertAsync();
        var outside = await LastIdAsync();
        var uid = (string)(await Tables.ValueAsync($"SELECT uid FROM \"user\" WHERE id = {outside}"))!;
        await Tables.RunAsync($"INSERT INTO user_auth (user_id, auth_module, auth_id, created) VALUES ({outside}, 'ldap', 'cn=x', now())");
        for (var signIn = 0; signIn < 3; signIn++) await Tables.RunAsync($"UPDATE \"user\" SET \"is_disabled\" = false, \"updated\" = now() WHERE \"id\" = {outside}");
        await using var table = Tables.Open();
        Assert.That(((await Tables.LookAsync(own)).IsDisabled, (await Tables.LookAsync(outside)).IsDisabled), Is.EqualTo((false, true)));

        Assert.That((await table.EnableAsync(outside, uid, default)).Outcome, Is.EqualTo(UserTableOutcome.Done));
        await Tables.RunAsync($"UPDATE \"user\" SET \"is_disabled\" = false, \"updated\" = now() WHERE \"id\" = {outside}");
        Assert.That((await Tables.LookAsync(outside)).IsDisabled, Is.False);

        Assert.That((await table.DisableAsync(outside, uid, default)).IsSo, "rejected");
        await Tables.RunAsync($"UPDATE \"user\" SET \"is_disabled\" = false, \"updated\" = now() WHERE \"id\" = {outside}");
        Assert.That((await Tables.LookAsync(outside)).IsDisabled, "a sign-in from the directory does not undo it");
        Assert.That(await table.ReleaseAsync([own], default));
        Assert.That((await table.HeldAsync(10, default))!.Select(held => (held.UserId, held.IsBorn)), Is.EqualTo(new[] { (outside, false) }));
    }

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
        Assert.That(status.Problems, Has.All.Matches<string>(problem => problem.Contains("sudo grafana-auto-disable", StringComparison.Ordinal) || problem.EndsWith(". Find out whose it is.", StringComparison.Ordinal)
            || problem.Contains("Rename or drop it", StringComparison.Ordinal) || problem.Contains("newer than what is known", StringComparison.Ordinal)), "what to do");
    }

    [Test]
    public async Task Whoever_locks_the_marks_does_not_hold_up_a_sign_up()
    {
        Install();
        await using var other = await Tables.ConnectAsAdminAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE athena_workers.held IN ACCESS EXCLUSIVE MODE", other, transaction)) await hold.ExecuteNonQueryAsync();
        Assert.That(await InsertAsync(), Is.EqualTo(true));
        Assert.That(await Tables.ValueAsync("SELECT is_disabled FROM \"user\""), Is.EqualTo(true));
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

    [Test]
    public async Task Each_part_says_what_it_does_and_how_it_is_removed()
    {
        Install();
        const string Comments = """
            SELECT count(*) FILTER (WHERE c LIKE 'grafana-auto-disable: %Removed, with all that belongs to it, by: DROP SCHEMA athena_workers CASCADE; or by: sudo grafana-auto-disable born-locked remove;%') FROM (
                SELECT obj_description(oid, 'pg_proc') AS c FROM pg_proc WHERE pronamespace = to_regnamespace('athena_workers')
                UNION ALL SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger WHERE NOT tgisinternal
                UNION ALL SELECT obj_description(to_regnamespace('athena_workers')::oid, 'pg_namespace')
                UNION ALL SELECT obj_description('athena_workers.held'::regclass, 'pg_class')) AS comments
            """;
        Assert.That(await Tables.ValueAsync(Comments), Is.EqualTo(8L));
        await Tables.RunAsync("DROP SCHEMA athena_workers CASCADE");
        Assert.That(await InsertAsync(), Is.EqualTo(false), "and that alone removes all of it");
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
        Assert.That(Assert.ThrowsAsync<PostgresException>(command.ExecuteNonQueryAsync)!.SqlState, Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task It_works_where_the_role_of_the_daemon_does_not_exist_and_says_so()
    {
        var said = Install(role: "nobody_of_this_name");
        Assert.That(said, Does.Contain("There is no role nobody_of_this_name"));
        Assert.That(await InsertAsync(), Is.EqualTo(true));
    }

    [Test]
    public async Task Rows_by_COPY_in_a_transaction_that_is_rolled_back_and_many_at_once()
    {
        Install();
        await using (var connection = await Tables.ConnectAsAdminAsync())
        {
            await using (var copy = await connection.BeginTextImportAsync("COPY \"user\" (version, login, email, org_id, is_admin, created, updated, uid) FROM STDIN"))
            {
                for (var i = 0; i < 50; i++) await copy.WriteAsync($"0\tc{i}\tc{i}\t1\tf\t2026-11-29 06:00:00\t2026-11-29 06:00:00\tc{i}\n");
            }

            await using var transaction = await connection.BeginTransactionAsync();
            await using (var insert = new NpgsqlCommand(Insert("gone"), connection, transaction)) await insert.ExecuteNonQueryAsync();
            await transaction.RollbackAsync();
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            await using var connection = await Tables.ConnectAsAdminAsync();
            for (var i = 0; i < 25; i++)
            {
                await using var insert = new NpgsqlCommand(Insert($"w{worker}-{i}"), connection);
                await insert.ExecuteNonQueryAsync();
            }
        }));
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM \"user\" WHERE is_disabled"), Is.EqualTo(250L));
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM athena_workers.held WHERE born"), Is.EqualTo(250L));
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
        await Tables.RunAsync("CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.is_disabled := false; RETURN new; END'; CREATE TRIGGER zzzzz BEFORE INSERT ON \"user\" FOR EACH ROW EXECUTE FUNCTION undo()");
        Assert.That(Assert.Throws<InvalidOperationException>(() => Install())!.Message, Does.Contain("Nothing was installed").And.Contain("zzzzz"));
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'athena_workers'"), Is.Zero);
    }

    private static string Insert(string name) =>
        $"INSERT INTO \"user\" (version, login, email, org_id, is_admin, created, updated, uid) VALUES (0, '{name}', '{name}@idp.example.org', 1, false, now(), now(), 'u{name}')";

    /// <summary>As Grafana does, which asks for what it needs of the row; what became of the flag, where there is one.</summary>
    private async Task<object?> InsertAsync()
    {
        await Tables.RunAsync(Insert(Guid.NewGuid().ToString("n")[..8]).Replace("is_admin,", await HasAsync("is_admin") ? "is_admin," : "was_admin,", StringComparison.Ordinal));
        return await HasAsync("is_disabled") && await HasAsync("id") ? await Tables.ValueAsync("SELECT is_disabled FROM \"user\" ORDER BY id DESC LIMIT 1") : null;
    }

    private async Task<bool> HasAsync(string column) =>
        (bool)(await Tables.ValueAsync("SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('\"user\"') AND attname = $1 AND NOT attisdropped)", column))!;

    private async Task<long> LastIdAsync(string condition = "true") => (int)(await Tables.ValueAsync($"SELECT max(id) FROM \"user\" WHERE {condition}"))!;

    private string Install(string role = "", string except = "") => Cluster.PsqlFile(
        Tables.Name, Path.Combine(Scripts, "born-locked-install.sql"), $"{(role.Length > 0 ? $"-c athena_workers.role={role} " : "")}{(except.Length > 0 ? $"-c athena_workers.except={except}" : "")}");

    private string Remove() => Cluster.PsqlFile(Tables.Name, Path.Combine(Scripts, "born-locked-remove.sql"), "");
}
