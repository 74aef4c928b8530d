using System.Runtime.Versioning;
using Athena.Common.Grafana.Database;
using Npgsql;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>Locking and unlocking in a real PostgreSQL, with exactly the rights of the script.</summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
public sealed class GrafanaUserTableTests
{
    private const string Uid = "fg4xdjyf177r4e";

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
    public async Task Sets_the_flag_and_deletes_the_sessions_of_that_account_and_of_no_other()
    {
        var other = await Tables.AddUserAsync("ag4xdjsrxgflse", sessions: 2);
        var id = await Tables.AddUserAsync(Uid, sessions: 3);
        await using var table = Tables.Open();

        var answer = await table.DisableAsync(id, Uid, default);

        Assert.That((answer.Outcome, answer.Value), Is.EqualTo((UserTableOutcome.Done, new LockState(true, 0))), answer.Detail);
        Assert.That(answer.Detail, Does.Contain($"user id {id} uid {Uid}").And.Contain("3 sessions deleted"));
        Assert.That(await Tables.LookAsync(id), Is.EqualTo((true, 0L)));
        Assert.That(await Tables.LookAsync(other), Is.EqualTo((false, 2L)));
    }

    [Test]
    public async Task The_second_time_it_is_already_so()
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 1);
        await using var table = Tables.Open();
        await table.DisableAsync(id, Uid, default);

        Assert.That((await table.DisableAsync(id, Uid, default)).Outcome, Is.EqualTo(UserTableOutcome.AlreadySo));
        Assert.That((await table.EnableAsync(id, Uid, default)).Outcome, Is.EqualTo(UserTableOutcome.Done));
        Assert.That((await table.EnableAsync(id, Uid, default)).Outcome, Is.EqualTo(UserTableOutcome.AlreadySo));
    }

    [Test]
    public async Task A_session_of_somebody_disabled_is_deleted_all_the_same()
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 1, isDisabled: true);
        await using var table = Tables.Open();

        Assert.That((await table.DisableAsync(id, Uid, default)).Outcome, Is.EqualTo(UserTableOutcome.Done));
        Assert.That(await Tables.LookAsync(id), Is.EqualTo((true, 0L)));
    }

    [Test]
    public async Task Approval_clears_the_flag_and_leaves_sessions_alone()
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 1, isDisabled: true);
        await using var table = Tables.Open();

        var answer = await table.EnableAsync(id, Uid, default);

        Assert.That((answer.Outcome, answer.Value), Is.EqualTo((UserTableOutcome.Done, new LockState(false, 1))), answer.Detail);
        Assert.That(await Tables.LookAsync(id), Is.EqualTo((false, 1L)));
    }

    [Test]
    public async Task Reads_flag_and_sessions()
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 2);
        await using var table = Tables.Open();

        var answer = await table.ReadAsync(id, Uid, default);

        Assert.That((answer.IsSo, answer.Value), Is.EqualTo((true, new LockState(false, 2))), answer.Detail);
    }

    [Test]
    public async Task An_id_that_belongs_to_another_account_since_a_restore_is_gone_and_untouched()
    {
        var id = await Tables.AddUserAsync("another-uid", sessions: 2);
        await using var table = Tables.Open();

        foreach (var uid in new[] { Uid, "", null })
        {
            Assert.That((await table.DisableAsync(id, uid, default)).Outcome, Is.EqualTo(UserTableOutcome.Gone));
            Assert.That((await table.ReadAsync(id, uid, default)).Outcome, Is.EqualTo(UserTableOutcome.Gone));
        }

        Assert.That((await table.EnableAsync(id + 1, Uid, default)).Outcome, Is.EqualTo(UserTableOutcome.Gone), "nobody has this id");
        Assert.That(await Tables.LookAsync(id), Is.EqualTo((false, 2L)));
    }

    [TestCase(null)]
    [TestCase("")]
    public async Task A_row_without_uid_is_found_by_its_id(string? uid)
    {
        var id = await Tables.AddUserAsync(uid, sessions: 1);
        await using var table = Tables.Open();

        Assert.That((await table.DisableAsync(id, null, default)).IsSo, Is.True);
        Assert.That((await table.DisableAsync(id, "", default)).IsSo, Is.True);
        Assert.That((await table.DisableAsync(id, Uid, default)).Outcome, Is.EqualTo(UserTableOutcome.Gone));
    }

    [Test]
    public async Task Does_both_or_neither()
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 1);
        await Tables.RunAsync($"REVOKE DELETE ON user_auth_token FROM {GrafanaTables.Role}");
        await using var table = Tables.Open();

        var answer = await table.DisableAsync(id, Uid, default);

        Assert.That(answer.Outcome, Is.EqualTo(UserTableOutcome.Refused));
        Assert.That(
            answer.Detail, Does.Contain("permission denied for table user_auth_token").And.Contain("grafana-auto-disable-grants.sql"));
        Assert.That(await Tables.LookAsync(id), Is.EqualTo((false, 1L)), "the flag was not set either");
    }

    [Test]
    public async Task A_session_that_is_made_at_the_same_moment_is_no_success()
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 1);
        await Tables.RunAsync("""
            CREATE FUNCTION sign_on_again() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                INSERT INTO user_auth_token (user_id, auth_token, prev_auth_token, user_agent, client_ip, auth_token_seen, rotated_at, created_at, updated_at)
                VALUES (OLD.user_id, 'new', '', '', '', true, 0, 0, 0);
                RETURN OLD;
            END $$;
            CREATE TRIGGER again AFTER DELETE ON user_auth_token FOR EACH ROW EXECUTE FUNCTION sign_on_again();
            """);
        await using var table = Tables.Open();

        var answer = await table.DisableAsync(id, Uid, default);

        Assert.That((answer.Outcome, answer.IsSo, answer.Value), Is.EqualTo((UserTableOutcome.Unavailable, false, new LockState(true, 1))));
        Assert.That(answer.Detail, Does.Contain("reads back as disabled with 1 session"));
    }

    [Test]
    public async Task A_row_that_somebody_holds_is_unavailable_and_can_be_had_later()
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 1);
        await using var table = Tables.Open(TimeSpan.FromMilliseconds(400));
        await using (var holder = await Tables.ConnectAsAdminAsync())
        await using (await holder.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand($"SELECT 1 FROM \"user\" WHERE id = {id} FOR UPDATE", holder);
            await hold.ExecuteNonQueryAsync();
            var answer = await table.DisableAsync(id, Uid, default);
            Assert.That(answer.Outcome, Is.AnyOf(UserTableOutcome.Unavailable, UserTableOutcome.Busy), "we or the server gave up first");
            Assert.That(answer.Detail, Does.Contain("did not answer in time").Or.Contain("Somebody else works on this account"));
        }

        await using var patient = Tables.Open();
        Assert.That((await patient.DisableAsync(id, Uid, default)).IsSo, Is.True);
    }

    /// <summary>Each call gives up soon, so that nobody else waits for it, and the first one after that finds the row free.</summary>
    [Test]
    public async Task A_row_that_somebody_holds_for_seconds_is_busy_and_no_fault_of_the_database_and_is_locked_as_soon_as_it_is_free(
        [Values] bool isSerializable)
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 1);
        var other = await Tables.AddUserAsync("ag4xdjsrxgflse", sessions: 1);
        // Then it fails once more when the row is free.
        if (isSerializable) await Tables.RunAsync($"ALTER ROLE {GrafanaTables.Role} SET default_transaction_isolation TO serializable");
        await using var table = Tables.Open();
        await using var holder = await Tables.ConnectAsAdminAsync();
        var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand($"UPDATE \"user\" SET login = login WHERE id = {id}", holder))
            await hold.ExecuteNonQueryAsync();
        var released = Task.Delay(TimeSpan.FromSeconds(5)).ContinueWith(_ => transaction.CommitAsync(), TaskScheduler.Default).Unwrap();

        List<UserTableAnswer> answers = [];
        while (answers.Count == 0 || !answers[^1].IsSo)
        {
            answers.Add(await table.DisableAsync(id, Uid, default));
            if (answers.Count == 1)
                Assert.That((await table.DisableAsync(other, "ag4xdjsrxgflse", default)).IsSo, Is.True, "others are not held up by it");
        }

        await released;
        await transaction.DisposeAsync();
        Assert.That(answers, Has.Count.GreaterThan(3), "no call waits for long");
        Assert.That(answers.SkipLast(1).Select(answer => answer.Outcome), Is.All.EqualTo(UserTableOutcome.Busy));
        Assert.That(answers[0].Detail, Does.Contain("Somebody else works on this account").And.Contain("55P03"));
        Assert.That(await Tables.LookAsync(id), Is.EqualTo((true, 0L)));
    }

    [Test]
    public async Task A_restarted_server_is_no_failure_and_a_stopped_one_is_unavailable()
    {
        var id = await Tables.AddUserAsync(Uid, sessions: 1);
        await using var table = Tables.Open();
        await table.ReadAsync(id, Uid, default);
        var cluster = PostgresCluster.Need();
        cluster.Stop();
        UserTableAnswer stopped;
        UserTableFitness unseen;
        try
        {
            stopped = await table.DisableAsync(id, Uid, default);
            unseen = await table.CheckAsync(default);
        }
        finally
        {
            cluster.Start();
        }

        Assert.That(stopped.Outcome, Is.EqualTo(UserTableOutcome.Unavailable));
        Assert.That(stopped.Detail, Does.Contain($"127.0.0.1:{cluster.Port}").And.Contain("ConnectionRefused"));
        Assert.That(unseen.Outcome, Is.EqualTo(UserTableOutcome.Unavailable));

        // The pool holds a connection now; it dies with the server, and the next call does not notice.
        Assert.That((await table.ReadAsync(id, Uid, default)).IsSo, Is.True);
        cluster.Stop();
        cluster.Start();
        Assert.That((await table.DisableAsync(id, Uid, default)).IsSo, Is.True);
    }

    [Test]
    public async Task A_cancelled_call_throws_and_nothing_else_does()
    {
        await using var table = Tables.Open();
        await Assert.ThatAsync(
            () => table.DisableAsync(1, Uid, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }
}
