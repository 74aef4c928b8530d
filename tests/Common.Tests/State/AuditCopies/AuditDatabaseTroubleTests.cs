using System.Runtime.Versioning;
using Athena.Common.State.Audit;
using Athena.Common.Tests.Notify;
using Npgsql;

namespace Athena.Common.Tests.State.AuditCopies;

/// <summary>Each thing that can be wrong with the database has its sentence, with what to do; and the file is written as ever.</summary>
[SupportedOSPlatform("linux")]
internal sealed class AuditDatabaseTroubleTests : CopyScenario
{
    [Test]
    public async Task A_database_without_tables()
    {
        Write(1, 1);
        Assert.That((await CopyAsync()).Problem, Does.EndWith("has no tables yet: sudo athena-workers audit-database migrate"));
        await MigrateAsync();
        Assert.That((await CopyAsync()).Copied, Is.EqualTo(1));
    }

    [TestCase("ALTER DATABASE {0} SET default_transaction_read_only = on", "only reads (a standby?): AUDIT_DATABASE must name")]
    [TestCase("REVOKE INSERT ON athena_audit.line FROM {1}", "sudo athena-workers audit-database migrate gives it its rights.")]
    [TestCase("REVOKE USAGE ON SCHEMA athena_audit FROM {1}", "sudo athena-workers audit-database migrate gives it its rights.")]
    [TestCase("INSERT INTO athena_audit.migration (number, title) VALUES (99, '')", "bring athena-workers on this host up to date.")]
    [TestCase("DELETE FROM athena_audit.migration WHERE number = 2", "is as an older version left it (step 1 of 2)")]
    [TestCase("DROP TABLE athena_audit.fact", "is not as this version made it")]
    public async Task What_somebody_did_to_it(string what, string sentence)
    {
        await MigrateAsync();
        Write(1, 2);
        await Tables.RunAsync(string.Format(null, what, Tables.Name, Role));
        using var copier = Copier();
        await copier.RoundAsync(default);
        Write(3, 1);
        await copier.RoundAsync(default);
        await copier.StopAsync(default);
        Assert.That(copier.Lag.Problem, Does.Contain(sentence).And.Not.Contain(Password));
        Assert.That((copier.Lag.Copied, copier.Lag.Waiting, Journal.Count), Is.EqualTo((0, 3, 1)));
        Assert.That(await CountAsync("line"), Is.Zero);
    }

    [TestCase("Database=nowhere", "check the database's name in AUDIT_DATABASE.")]
    [TestCase("Password=wrong", "does not let us in")]
    [TestCase("Database=", "AUDIT_DATABASE names no database")]
    [TestCase("SSL Mode=Sometimes", "AUDIT_DATABASE cannot be read")]
    public async Task A_connection_that_is_wrong(string change, string sentence)
    {
        Write(1, 1);
        var problem = (await CopyAsync($"{AsRole};{change}")).Problem;
        Assert.That(problem, Does.Contain(sentence).And.Not.Contain(Password).And.Not.Contain("wrong"));
    }

    [Test]
    public async Task A_server_whose_disk_is_full()
    {
        await MigrateAsync();
        using var disk = TinyDisk.Mount();
        Tool.Run("chown", Environment.UserName == "root" ? "postgres" : Environment.UserName, disk.Path);
        await Tables.RunAsync($"CREATE TABLESPACE small LOCATION '{disk.Path}'");
        try
        {
            await Tables.RunAsync("ALTER TABLE athena_audit.line SET TABLESPACE small");
            disk.Fill();
            Write(1, 50);
            using var copier = Copier();
            await copier.RoundAsync(default);
            Assert.That(copier.Lag.Problem, Does.StartWith("The disk of the server at 127.0.0.1").And.Contain("Make room there"));
            Assert.That(AuditVerifier.Verify(Options).IsIntact, Is.True);
            disk.MakeRoom();
            await copier.RoundAsync(default);
            await copier.StopAsync(default);
            Assert.That((copier.Lag.Copied, copier.Lag.Problem), Is.EqualTo((50, default(string))));
        }
        finally
        {
            await Tables.RunAsync("ALTER TABLE athena_audit.line SET TABLESPACE pg_default");
            await Tables.RunAsync("DROP TABLESPACE small");
        }
    }

    [Test]
    public async Task Whoever_holds_the_tables_for_long_is_named_as_the_cause()
    {
        await MigrateAsync();
        Write(1, 1);
        await using var other = await Tables.ConnectAsAdminAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE athena_audit.line IN EXCLUSIVE MODE", other))
            await hold.ExecuteNonQueryAsync();
        Assert.That((await CopyAsync()).Problem, Does.Contain("was busy").And.Contain("It is tried again."));
        await transaction.RollbackAsync();
        Assert.That((await CopyAsync()).Copied, Is.EqualTo(1));
    }
}
