using System.Runtime.Versioning;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.AuditCopies;
using Npgsql;

namespace Athena.Common.Tests.State.AuditCopies;

/// <summary>The audit's copy in a real PostgreSQL, whatever becomes of either.</summary>
[SupportedOSPlatform("linux")]
internal sealed class AuditCopierTests : CopyScenario
{
    [SetUp]
    public async Task Migrate() => Assert.That((await MigrateAsync()).Problem, Is.Null);

    [Test]
    public async Task Lines_are_in_the_database_and_who_they_name_in_a_table_of_its_own()
    {
        Write(1, 3);
        Log.Append(new AuditEntry("approved", "uid2", "approved", new Dictionary<string, string> { ["by"] = "admin1" }));
        Assert.That(await CopyAsync(), Is.EqualTo(new AuditLag(4, 0, null, null)));
        Assert.That(
            await Tables.ValueAsync("SELECT string_agg(line || ' ' || event || ' ' || subject || ' ' || verdict, ', ' ORDER BY line) "
                + "FROM athena_audit.line WHERE installation = '0123456789ab' AND daemon = 'grafana-auto-disable' AND tenant = 'default'"),
            Is.EqualTo("1 locked uid1 locked after 1 s, 2 locked uid2 locked after 2 s, 3 locked uid3 locked after 3 s, "
                + "4 approved uid2 approved"));
        Assert.That(
            await Tables.ValueAsync("SELECT login || ' ' || email || ' ' || name || ' ' || (facts->>'madeBy') FROM athena_audit.fact "
                + "JOIN athena_audit.person USING (person_id) WHERE line = 2"),
            Is.EqualTo("login2 somebody2@example.org Somebody 2 admin2"));
        Assert.That(
            await Tables.ValueAsync("SELECT count(*) FROM athena_audit.line l WHERE l::text ~ 'login|somebody|Somebody|admin'"), Is.Zero);
        var comparison = await CompareAsync();
        Assert.That((comparison.First, comparison.Lines, comparison.Copied, comparison.Waiting), Is.EqualTo((default(string), 4L, 4L, 0L)));
        Assert.That(Journal, Is.Empty);
    }

    [Test]
    public async Task What_somebody_is_called_stands_there_once_however_many_lines_tell_of_it()
    {
        foreach (var i in new[] { 1, 1, 1, 2 }) Log.Append(Locked(i));
        await CopyAsync();
        Log.Append(Locked(1));
        await CopyAsync();
        Assert.That((await CountAsync("person"), await CountAsync("fact")), Is.EqualTo((2, 5)));
    }

    [Test]
    public async Task After_days_without_the_server_all_of_it_is_copied_and_what_was_wrong_is_said_once()
    {
        Write(1, 2);
        using var copier = Copier();
        await copier.RoundAsync(default);
        Cluster.Stop();
        try
        {
            for (var day = 0; day < 3; day++)
            {
                Time.Advance(TimeSpan.FromDays(1));
                Write(10 * day, 700);
                await copier.RoundAsync(default);
            }

            Assert.That(
                (copier.Lag.Waiting, copier.Lag.Since), Is.EqualTo((2100, (DateTimeOffset?)Time.GetUtcNow() - TimeSpan.FromDays(3))));
            Assert.That(copier.Lag.Problem, Does.Contain("does PostgreSQL run there"));
        }
        finally
        {
            Cluster.Start();
        }

        await copier.RoundAsync(default);
        await copier.StopAsync(default);
        Assert.That(copier.Lag, Is.EqualTo(new AuditLag(2102, 0, null, null)));
        Assert.That((await CompareAsync()).First, Is.Null);
        Assert.That(Journal, Has.Count.EqualTo(2));
        Assert.That(Journal[0], Does.StartWith("The audit is not copied to the database: "));
        Assert.That(Journal[1], Does.Contain("copied again, up to line 2102"));
    }

    [Test]
    public async Task Whoever_starts_while_the_server_is_away_knows_how_much_waits()
    {
        Write(1, 5);
        await CopyAsync();
        Write(6, 4);
        var lag = await CopyAsync($"Host=127.0.0.1;Port=1;Database=none;Username={Role}");
        Assert.That((lag.Copied, lag.Waiting, lag.Since), Is.EqualTo((5, 4, (DateTimeOffset?)Time.GetUtcNow())));
    }

    [Test]
    public async Task A_connection_that_is_killed_amid_the_lines_costs_nothing_and_brings_none_twice()
    {
        Write(1, 1200);
        await using var database = AuditDatabase.Open(Where());
        var copy = new AuditCopy(Options, database, Daemon);
        var kills = 0;
        Assert.ThrowsAsync<AuditCopyException>(() => copy.CatchUpAsync(1200, copied =>
        {
            if (copied.Seq < 500 || kills++ > 0) return;
            Tables.ValueAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = $1", Role)
                .GetAwaiter().GetResult();
        }, default));
        Assert.That(await CountAsync("line"), Is.EqualTo(500));

        // Nothing of it was remembered here: a crash between the two is the same.
        Assert.That((await CopyAsync()).Copied, Is.EqualTo(1200));
        Assert.That((await CompareAsync()).First, Is.Null);
    }

    [Test]
    public async Task Of_two_that_copy_the_same_audit_neither_does_harm()
    {
        Write(1, 3);
        await using var one = AuditDatabase.Open(Where());
        await using var two = AuditDatabase.Open(Where());
        List<AuditRecord> records = [.. AuditReader.Read(Options)];
        var both = await Task.WhenAll(
            one.AddAsync(AuditAnchor.Beginning, records, default), two.AddAsync(AuditAnchor.Beginning, records, default));
        Assert.That(both, Is.EquivalentTo(new[] { true, false }));
        Assert.That(await CountAsync("line"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_hundred_thousand_lines_are_caught_up_with_in_little_memory()
    {
        const int Many = 100_000;
        for (var i = 0; i < Many; i += 5000) Write(i, 5000);
        await using var database = AuditDatabase.Open(Where());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        await new AuditCopy(Options, database, Daemon).CatchUpAsync(
            Many,
            copied => most = copied.Seq % 20_000 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)) : most,
            default);
        Assert.That(await CountAsync("line"), Is.EqualTo(Many));
        Assert.That(most - before, Is.LessThan(20 << 20));
        Assert.That((await CompareAsync()).First, Is.Null);
    }

    [Test]
    public async Task What_strangers_typed_is_copied_letter_by_letter()
    {
        string[] hostile =
        [
            "nul \0 inside", "lone \uD800 surrogate", "\uDC00", "'; DROP TABLE athena_audit.line; --", "{\"a\":\"\\u0000\"}", "\\u0000",
            "\\", "\"", "line\nfeed\r", "\u202Eright to left", "😀 четыре 四", new string('x', 9000),
            string.Concat(Enumerable.Repeat("😀", 3000)), "$1", "NULL", "{}", "",
        ];
        foreach (var text in hostile)
            Log.Append(new AuditEntry(
                "locked", text, text,
                new Dictionary<string, string>
                {
                    ["login"] = text,
                    ["email"] = text,
                    ["name"] = text,
                    ["by"] = text,
                    ["k" + text] = text,
                }));
        Assert.That(await CopyAsync(), Is.EqualTo(new AuditLag(hostile.Length, 0, null, null)));
        var comparison = await CompareAsync();
        Assert.That((comparison.First, comparison.Copied), Is.EqualTo((default(string), (long)hostile.Length)));
    }

    [Test]
    public async Task What_a_crash_cut_off_is_no_gap()
    {
        Write(1, 2);
        Close();
        File.AppendAllText(Options.File, "{\"seq\":3,\"at\":\"20");
        Write(3, 2);
        Assert.That(await CopyAsync(), Is.EqualTo(new AuditLag(5, 0, null, null)));
        Assert.That((await CompareAsync()).First, Is.Null);
    }

    [Test]
    public async Task A_line_that_was_changed_is_not_copied_nor_what_follows_and_that_is_said_once()
    {
        Write(1, 4);
        Close();
        var text = File.ReadAllText(Options.File);
        File.WriteAllText(Options.File, text.Replace("locked after 3 s", "locked after 9 s", StringComparison.Ordinal));
        using var copier = Copier();
        await copier.RoundAsync(default);
        await copier.RoundAsync(default);
        Assert.That((copier.Lag.Copied, copier.Lag.Waiting), Is.EqualTo((0, 4)));
        Assert.That(Journal, Has.Count.EqualTo(1));
        Assert.That(Journal[0], Does.Contain("Entry 3 of the audit was changed").And.Contain("sudo grafana-auto-disable audit verify"));
        Assert.That(await CountAsync("line"), Is.Zero);
    }

    [Test]
    public async Task Lines_that_were_replaced_with_sound_ones_are_found_out_by_the_copy()
    {
        Write(1, 4);
        await CopyAsync();
        Close();
        foreach (var name in new[] { AuditOptions.FileName, AuditOptions.HeadName }) File.Delete(Folder[name]);
        Write(11, 6);
        Assert.That(
            (await CopyAsync()).Problem, Does.Contain("Entry 4 of the audit does not follow").And.Contain("audit-database verify"));
        var comparison = await CompareAsync();
        Assert.That(comparison.First, Is.EqualTo("Entry 1 is another one in the file than in the database."));
        Assert.That(comparison.Differences, Is.EqualTo(4));
        Assert.That(await CountAsync("line"), Is.EqualTo(4));
    }

    [Test]
    public async Task An_end_that_was_cut_away_is_found_out_by_the_copy()
    {
        Write(1, 6);
        await CopyAsync();
        Close();
        var lines = File.ReadAllLines(Options.File);
        File.WriteAllLines(Options.File, lines[..3]);
        File.Delete(Options.Head);
        Assert.That((await CopyAsync()).Problem, Does.StartWith("Entry 6 was copied, and the file ends before it"));
        Assert.That((await CompareAsync()).Differences, Is.GreaterThan(0));
    }

    [Test]
    public async Task Names_that_the_file_has_no_more_go_from_the_database_as_well_and_the_verdicts_stay()
    {
        Write(1, 3);
        Time.Advance(TimeSpan.FromDays(60));
        Write(4, 2);
        await CopyAsync();
        await CopyAsync(installation: "ba9876543210");
        Time.Advance(TimeSpan.FromDays(31));
        Log.Trim();
        await CopyAsync();
        Assert.That((await CountAsync("line"), await CountAsync("fact"), await CountAsync("person")), Is.EqualTo((10, 4, 4)));
        Assert.That(await Tables.ValueAsync("SELECT min(line) FROM athena_audit.fact"), Is.EqualTo(4));
        Assert.That((await CompareAsync()).First, Is.Null);
    }

    [Test]
    public async Task What_is_over_goes_whosever_it_is_also_when_its_daemon_is_gone()
    {
        Write(1, 2);
        await CopyAsync(installation: "ba9876543210");
        await Tables.RunAsync("UPDATE athena_audit.fact SET keep_until = now() - interval '1 minute' WHERE line = 1");
        await CopyAsync();
        Assert.That(
            await Tables.ValueAsync("SELECT string_agg(installation || line, ' ') FROM athena_audit.fact WHERE installation LIKE 'b%'"),
            Is.EqualTo("ba98765432102"));
    }

    [Test]
    public async Task What_the_role_of_a_daemon_can_do_is_to_add_and_to_read()
    {
        Write(1, 1);
        await CopyAsync();
        Assert.Multiple(async () =>
        {
            foreach (var table in new[] { "line", "fact", "person", "migration" })
            {
                Assert.That(await RefusalAsync($"DELETE FROM athena_audit.{table}"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
                Assert.That(await RefusalAsync($"TRUNCATE athena_audit.{table}"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
            }

            Assert.That(
                await RefusalAsync("UPDATE athena_audit.line SET verdict = 'x'"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
            Assert.That(await RefusalAsync("CREATE TABLE athena_audit.other ()"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
        });
        var reader = $"Host={Cluster.Socket};Port={Cluster.Port};Database={Tables.Name};Username=athena_reader";
        Assert.That(await RefusalAsync("SELECT FROM athena_audit.person", reader), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
        await using var open = new NpgsqlConnection(reader + ";Pooling=false");
        await open.OpenAsync();
        foreach (var view in new[] { "v_decisions", "v_hours", "v_lines_per_day", "v_totals", "v_copies" })
        {
            await using var ask = new NpgsqlCommand($"SELECT count(*) FROM athena_audit.{view}", open);
            Assert.That(await ask.ExecuteScalarAsync(), Is.TypeOf<long>());
        }
    }
}
