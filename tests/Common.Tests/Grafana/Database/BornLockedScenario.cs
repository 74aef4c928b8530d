using System.Runtime.Versioning;
using Athena.Common.Tests.Notify;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>A database with Grafana's tables, and the scripts of born locked run in it as an admin would.</summary>
/// <param name="version">Of PostgreSQL; 0 is the system's.</param>
[SupportedOSPlatform("linux")]
public abstract class BornLockedScenario(int version)
{
    private GrafanaTables? made;

    private static string Scripts => Path.Combine(Some.RepositoryRoot(), "packaging", "sql");

    private protected GrafanaTables Tables => made!;

    private protected PostgresCluster Cluster => version == 0 ? PostgresCluster.Need() : PostgresCluster.Need(version);

    [SetUp]
    public async Task MakeDatabase() => made = await Cluster.CreateGrafanaAsync();

    [TearDown]
    public async Task Forget()
    {
        if (made is not null) await made.DisposeAsync();
        made = null;
    }

    private protected static string Insert(string name) =>
        $"INSERT INTO \"user\" (version, login, email, org_id, is_admin, created, updated, uid) VALUES (0, '{name}', "
        + $"'{name}@idp.example.org', 1, false, now(), now(), 'u{name}')";

    /// <summary>As Grafana does, which asks for what it needs of the row; what became of the flag, where there is one.</summary>
    private protected async Task<object?> InsertAsync()
    {
        await Tables.RunAsync(Insert(Guid.NewGuid().ToString("n")[..8])
            .Replace("is_admin,", await HasAsync("is_admin") ? "is_admin," : "was_admin,", StringComparison.Ordinal));
        return await HasAsync("is_disabled") && await HasAsync("id")
            ? await Tables.ValueAsync("SELECT is_disabled FROM \"user\" ORDER BY id DESC LIMIT 1")
            : null;
    }

    private async Task<bool> HasAsync(string column) =>
        (bool)(await Tables.ValueAsync(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('\"user\"') AND attname = $1 AND NOT attisdropped)",
            column))!;

    private protected async Task<long> LastIdAsync(string condition = "true") =>
        (int)(await Tables.ValueAsync($"SELECT max(id) FROM \"user\" WHERE {condition}"))!;

    private protected string Install(string role = "", string except = "") => Cluster.PsqlFile(
        Tables.Name, Path.Combine(Scripts, "born-locked-install.sql"),
        $"{(role.Length > 0 ? $"-c athena_workers.role={role} " : "")}{(except.Length > 0 ? $"-c athena_workers.except={except}" : "")}");

    private protected string Remove() => Cluster.PsqlFile(Tables.Name, Path.Combine(Scripts, "born-locked-remove.sql"), "");
}
