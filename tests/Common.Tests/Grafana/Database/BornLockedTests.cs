using System.Runtime.Versioning;
using Athena.Common.Grafana.Database;
using Npgsql;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>
/// The triggers in real PostgreSQLs with Grafana's columns: the system's, and the oldest and the newest that are promised.
/// </summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
[TestFixture(0)]
[TestFixture(13)]
[TestFixture(17)]
public sealed class BornLockedTests(int version) : BornLockedScenario(version)
{
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
            Assert.That(await table.MarksAsync([id, old], default), Has.Exactly(1)
                .Matches<BornMark>(mark => mark.UserId == id && DateTimeOffset.UtcNow - mark.At < TimeSpan.FromMinutes(1)));
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
        await Tables.RunAsync(
            "INSERT INTO \"user\" (version, login, email, org_id, is_admin, created, updated, uid, is_service_account, is_provisioned) "
            + $"VALUES (0, 'x', 'x', 1, {column == "is_admin"}, now(), now(), 'x', {column == "is_service_account"}, "
            + $"{column == "is_provisioned"})");
        var id = await LastIdAsync();
        await using var table = Tables.Open();
        Assert.That((await Tables.LookAsync(id)).IsDisabled, Is.False);
        Assert.That(await table.HeldAsync(10, default), Is.Empty);
        var status = await table.LookAsync(default);
        Assert.That(status.ExceptsProvisioned, Is.EqualTo(except.Length > 0));
        Assert.That(
            status.Problems, except.Length == 0 ? Is.Empty : Has.Exactly(1).Contains("BORN_LOCKED_EXCEPT"), "the setting does not say so");
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
        for (var signIn = 0; signIn < 3; signIn++)
            await Tables.RunAsync($"UPDATE \"user\" SET \"is_disabled\" = false, \"updated\" = now() WHERE \"id\" = {outside}");
        await using var table = Tables.Open();
        Assert.That(((await Tables.LookAsync(own)).IsDisabled, (await Tables.LookAsync(outside)).IsDisabled), Is.EqualTo((false, true)));

        Assert.That((await table.EnableAsync(outside, uid, default)).Outcome, Is.EqualTo(UserTableOutcome.Done));
        await Tables.RunAsync($"UPDATE \"user\" SET \"is_disabled\" = false, \"updated\" = now() WHERE \"id\" = {outside}");
        Assert.That((await Tables.LookAsync(outside)).IsDisabled, Is.False);

        Assert.That((await table.DisableAsync(outside, uid, default)).IsSo, "rejected");
        await Tables.RunAsync($"UPDATE \"user\" SET \"is_disabled\" = false, \"updated\" = now() WHERE \"id\" = {outside}");
        Assert.That((await Tables.LookAsync(outside)).IsDisabled, "a sign-in from the directory does not undo it");
        Assert.That(await table.ReleaseAsync([own], default));
        Assert.That(
            (await table.HeldAsync(10, default))!.Select(held => (held.UserId, held.IsBorn)), Is.EqualTo(new[] { (outside, false) }));
    }

    [Test]
    public async Task Whoever_locks_the_marks_does_not_hold_up_a_sign_up()
    {
        Install();
        await using var other = await Tables.ConnectAsAdminAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE athena_workers.held IN ACCESS EXCLUSIVE MODE", other, transaction))
            await hold.ExecuteNonQueryAsync();
        Assert.That(await InsertAsync(), Is.EqualTo(true));
        Assert.That(await Tables.ValueAsync("SELECT is_disabled FROM \"user\""), Is.EqualTo(true));
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
            await using (var copy = await connection.BeginTextImportAsync(
                "COPY \"user\" (version, login, email, org_id, is_admin, created, updated, uid) FROM STDIN"))
            {
                for (var i = 0; i < 50; i++)
                    await copy.WriteAsync($"0\tc{i}\tc{i}\t1\tf\t2026-11-29 06:00:00\t2026-11-29 06:00:00\tc{i}\n");
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
    public async Task Installed_twice_and_removed_twice_it_leaves_nothing_and_says_who_is_still_disabled()
    {
        Install();
        Install();
        await InsertAsync();
        var id = await LastIdAsync();
        Assert.That(Remove(), Does.Contain($"accounts: 1. They are: id {id} uid u"));
        Assert.That(Remove(), Does.Contain("Removed:"));
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"), Is.Zero);
        Assert.That(await Tables.ValueAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'athena_workers'"), Is.Zero);
    }
}
