using System.Runtime.Versioning;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.AuditCopies;
using Athena.Common.Tests.Grafana.Database;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Athena.Common.Tests.State.AuditCopies;

/// <summary>An audit, and a real PostgreSQL with a database of its own for its copy, whose tables a superuser has made.</summary>
[SupportedOSPlatform("linux")]
internal abstract class CopyScenario
{
    protected const string Daemon = "grafana-auto-disable";
    protected const string InstallationId = "0123456789ab";
    protected const string Role = "athena_audit_daemon";
    protected const string Password = "c0py; se=cret";

    private readonly List<string> journal = [];
    private AuditLog? log;

    protected static PostgresCluster Cluster => PostgresCluster.Need();

    /// <summary>The database as its owner sees it.</summary>
    protected GrafanaTables Tables { get; private set; } = null!;

    protected TemporaryDirectory Folder { get; private set; } = null!;

    /// <summary>Begins now: the server has a clock of its own.</summary>
    protected ManualTime Time { get; private set; } = null!;

    protected AuditOptions Options => new(Folder.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(7 * 365));

    protected IReadOnlyList<string> Journal => journal;

    protected AuditLog Log => log ??= AuditLog.Open(Options, Time, NullLogger<AuditLog>.Instance);

    protected string AsOwner => Cluster.AsAdmin(Tables.Name);

    protected string AsRole => RoleOf(Tables.Name);

    [SetUp]
    public async Task MakeDatabase()
    {
        journal.Clear();
        (Folder, Time) = (new TemporaryDirectory(), new ManualTime(TimeProvider.System.GetUtcNow()));
        Tables = await Cluster.CreateEmptyAsync();
        await Tables.RunAsync(
            $"""
            DO $$ BEGIN CREATE ROLE {Role} LOGIN PASSWORD '{Password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            DO $$ BEGIN CREATE ROLE athena_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            """);
    }

    [TearDown]
    public async Task RemoveDatabase()
    {
        Close();
        Folder.Dispose();
        await Tables.DisposeAsync();
    }

    protected Task<AuditMigration> MigrateAsync(bool isDryRun = false, string? owner = null, params string[] roles) =>
        AuditMigration.RunAsync(owner ?? AsOwner, roles.Length > 0 ? roles : [Role], "athena_reader", isDryRun, default);

    protected string RoleOf(string database, string? password = null) =>
        $"Host={PostgresCluster.Host};Port={Cluster.Port};Database={database};Username={Role};Password='{password ?? Password}';"
        + $"SSL Mode=VerifyFull;Root Certificate={Cluster.AuthorityFile}";

    protected AuditDatabaseOptions Where(string? connection = null, string installation = InstallationId) =>
        new(connection ?? AsRole, Daemon, installation, "", TimeSpan.FromDays(90));

    protected AuditCopier Copier(string? connection = null, string installation = InstallationId) => new(
        Log, Options, Where(connection, installation), new ListLogger<AuditCopier>(journal), Time);

    /// <summary>One round of a copier of its own, as after a start; it stops as the daemon does.</summary>
    protected async Task<AuditLag> CopyAsync(string? connection = null, string installation = InstallationId)
    {
        using var copier = Copier(connection, installation);
        await copier.RoundAsync(default);
        await copier.StopAsync(default);
        return copier.Lag;
    }

    /// <summary>Ends the daemon's hold on the file, as for a command or an attacker.</summary>
    protected void Close()
    {
        log?.Dispose();
        log = null;
    }

    protected static AuditEntry Locked(int i) => new(
        "locked", $"uid{i}", $"locked after {i} s", new Dictionary<string, string>
        {
            ["id"] = $"{i}",
            ["login"] = $"login{i}",
            ["email"] = $"somebody{i}@example.org",
            ["name"] = $"Somebody {i}",
            ["madeBy"] = $"admin{i % 3}",
        });

    protected void Write(int first, int count) => Log.Append([.. Enumerable.Range(first, count).Select(Locked)]);

    protected async Task<long> CountAsync(string table) => (long)(await Tables.ValueAsync($"SELECT count(*) FROM athena_audit.{table}"))!;

    protected async Task<AuditComparison> CompareAsync()
    {
        await using var database = AuditDatabase.Open(Where());
        return await AuditComparison.OfAsync(Options, database, default);
    }

    /// <summary>What the server says to a statement of the daemon's role.</summary>
    protected async Task<string> RefusalAsync(string sql, string? connection = null)
    {
        await using var open = new NpgsqlConnection((connection ?? AsRole) + ";Pooling=false");
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())!.SqlState;
    }
}
