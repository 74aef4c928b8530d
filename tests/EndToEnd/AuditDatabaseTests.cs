using System.Runtime.Versioning;
using Athena.Common.Tests.Grafana.Database;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>A daemon whose audit is copied to a real PostgreSQL of its own, whatever becomes of either.</summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
internal sealed class AuditDatabaseTests
{
    private const string Role = "athena_audit_daemon";
    private const string Password = "lab-Copy-1";
    private const string First = "zanele.dube@example.net";
    private const string Second = "kagiso.nel@example.net";
    private const string Third = "imani.botha@example.net";

    /// <summary>The server was away for a while, and what failed is tried again in growing steps.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Test]
    public async Task Its_lines_are_there_once_over_an_outage_and_a_kill_and_an_erasure_takes_the_names_there_as_well()
    {
        var cluster = PostgresCluster.NeedOwn();
        await using var tables = await cluster.CreateEmptyAsync();
        await tables.RunAsync($"CREATE ROLE {Role} LOGIN PASSWORD '{Password}'");
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["AUDIT_DATABASE"] =
            $"Host={PostgresCluster.Host};Port={cluster.Port};Database={tables.Name};Username={Role};Password={Password};"
            + $"SSL Mode=VerifyFull;Root Certificate={cluster.AuthorityFile}";
        var platform = new DaemonProgram("athena-workers");
        foreach (var (key, value) in lab.Program.Settings) platform.Settings[key] = value;
        var migrated = await platform.RunAsync("audit-database", "migrate", "--role", Role, "--as", cluster.AsAdmin(tables.Name));
        Assert.That(migrated.ExitCode, Is.Zero, migrated.Text);

        var daemon = await lab.StartDaemonAsync();
        using var first = await LockedAsync(lab, First);
        await IsCopiedAsync(lab, "the lock of the first");

        cluster.Stop();
        using var second = await LockedAsync(lab, Second);
        await daemon.SaysAsync("The audit is not copied to the database: ");
        await daemon.KillAsync();
        daemon = await lab.StartDaemonAsync(baseline: false);
        using var third = await LockedAsync(lab, Third);
        Assert.That((await lab.Program.RunAsync("audit", "compare")).ExitCode, Is.EqualTo(1), "it cannot be compared");
        cluster.Start();
        await IsCopiedAsync(lab, "what happened meanwhile");
        Assert.That(
            await tables.ValueAsync("SELECT count(*) FROM athena_audit.line WHERE event = 'locked'"), Is.EqualTo(3L), "each of them once");

        var approved = await lab.Program.RunAsync("approve", $"email:{First}", "--yes", "--reason", "the new registrar");
        Assert.That(approved.ExitCode, Is.Zero, approved.Text);
        await IsCopiedAsync(lab, "the approval");
        await daemon.StopAsync();
        Assert.That(await NamedAsync(First), Is.GreaterThan(0L));
        var erased = await lab.Program.RunAsync("person", $"email:{First}", "--erase", "--yes");
        Assert.That(erased.ExitCode, Is.Zero, erased.Text);
        Assert.That(erased.Output, Does.Match($@"In the database at {PostgresCluster.Host}.* [1-9]\d* lines lost the names, too\."));
        Assert.Multiple(async () =>
        {
            Assert.That(await NamedAsync(First), Is.Zero);
            Assert.That(await NamedAsync(Second), Is.GreaterThan(0L), "of others nothing was taken");
            Assert.That(await tables.ValueAsync("SELECT count(*) FROM athena_audit.line WHERE event = 'locked'"), Is.EqualTo(3L));
        });

        // That it was done is a line of the audit, which is copied when the daemon runs again.
        await lab.StartDaemonAsync(baseline: false);
        await IsCopiedAsync(lab, "that somebody was erased");
        var verified = await platform.RunAsync("audit-database", "verify");
        Assert.That(verified.Output, Does.Contain("File and database are the same"), verified.Text);

        async Task<long> NamedAsync(string email) => (long)(await tables.ValueAsync(
            $"""
            SELECT (SELECT count(*) FROM athena_audit.person WHERE (login, email, name)::text LIKE '%{email}%')
                   + (SELECT count(*) FROM athena_audit.fact WHERE facts::text LIKE '%{email}%')
                   + (SELECT count(*) FROM athena_audit.line WHERE line::text LIKE '%{email}%')
            """))!;
    }

    private static async Task<Visitor> LockedAsync(Lab lab, string email)
    {
        var visitor = await lab.SignUpAsync(email);
        await lab.IsLockedAsync(email);
        return visitor;
    }

    private static Task IsCopiedAsync(Lab lab, string what) => Eventually.TrueAsync(
        async () => (await lab.Program.RunAsync("audit", "compare")) is { ExitCode: 0, Output: var said }
            && said.StartsWith("File and database are the same", StringComparison.Ordinal),
        $"{what} is in the database", lab.Story, Patience);
}
