using System.Runtime.Versioning;
using System.Text;
using Athena.Common.Grafana.Database;
using Athena.Common.Tests.Notify;
using Npgsql;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>
/// A database with the tables of a recorded Grafana 12.4 (<c>tests/Fixtures/grafana-database/columns.txt</c>: table, column, type,
/// nullable, default), and hands that write in it as Grafana does.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class GrafanaTables : IAsyncDisposable
{
    public const string Role = "grafana_auto_disable";
    public const string Password = "r0le; se=cret";

    private readonly PostgresCluster cluster;
    private readonly NpgsqlDataSource admin;

    private GrafanaTables(PostgresCluster cluster, string name)
    {
        (this.cluster, Name) = (cluster, name);
        admin = NpgsqlDataSource.Create(cluster.AsAdmin(name)); // Without a pool: a template must have no connection.
    }

    public string Name { get; }

    public static string Script => Path.Combine(Some.RepositoryRoot(), "packaging", "sql", "grafana-auto-disable-grants.sql");

    /// <summary>As the role of the script, by TCP and password, TLS verified.</summary>
    public string AsRole =>
        $"Host={PostgresCluster.Host};Port={cluster.Port};Database={Name};Username={Role};Password='{Password}';SSL Mode=VerifyFull;Root "
        + $"Certificate={cluster.AuthorityFile}";

    /// <summary>The tables, and the roles: the cluster's first database with them is the template of the others.</summary>
    public async Task DefineAsync()
    {
        await RunAsync(Definition());
        cluster.Psql(Name, "-f", Script);
        await RunAsync($"ALTER ROLE {Role} PASSWORD '{Password}'; CREATE ROLE other; CREATE ROLE superior SUPERUSER");
    }

    public static GrafanaTables Over(PostgresCluster cluster, string name) => new(cluster, name);

    public GrafanaUserTable Open(TimeSpan? timeout = null) => new(
        new GrafanaDatabaseOptions { ConnectionString = AsRole, Daemon = "auto-disable", Timeout = timeout ?? TimeSpan.FromSeconds(10) },
        TimeProvider.System, () => 0);

    /// <summary>Somebody who came by single sign-on and has that many sessions; gives their id.</summary>
    public async Task<long> AddUserAsync(string? uid, int sessions, bool isDisabled = false)
    {
        var id = (int)(await ValueAsync(
            """
            INSERT INTO "user" (version, login, email, org_id, is_admin, created, updated, is_disabled, uid)
            VALUES (0, 'kagiso', 'kagiso@idp.example.org', 1, false, now(), now(), $1, $2) RETURNING id
            """,
            isDisabled, uid is null ? DBNull.Value : uid))!;
        for (var i = 0; i < sessions; i++) await AddSessionAsync(id);
        return id;
    }

    public Task AddSessionAsync(long id) => ValueAsync(
        """
        INSERT INTO user_auth_token
            (user_id, auth_token, prev_auth_token, user_agent, client_ip, auth_token_seen, rotated_at, created_at, updated_at)
        VALUES ($1, md5(random()::text), '', '', '', true, 0, 0, 0)
        """,
        id);

    /// <summary>Flag and number of sessions, read by somebody else than the code under test.</summary>
    public async Task<(bool IsDisabled, long Sessions)> LookAsync(long id) => (
        (bool)(await ValueAsync("SELECT is_disabled FROM \"user\" WHERE id = $1", id))!,
        (long)(await ValueAsync("SELECT count(*) FROM user_auth_token WHERE user_id = $1", id))!);

    public async Task RunAsync(string sql)
    {
        await using var command = admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<object?> ValueAsync(string sql, params object[] values)
    {
        await using var command = admin.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return await command.ExecuteScalarAsync();
    }

    public Task<NpgsqlConnection> ConnectAsAdminAsync() => admin.OpenConnectionAsync().AsTask();

    public ValueTask DisposeAsync() => admin.DisposeAsync();

    private static string Definition()
    {
        var sql = new StringBuilder();
        var file = Path.Combine(Some.RepositoryRoot(), "tests", "Fixtures", "grafana-database", "columns.txt");
        foreach (var table in File.ReadLines(file).Select(line => line.Split('|')).GroupBy(column => column[0]))
        {
            foreach (var column in table.Where(c => c[4].StartsWith("nextval('", StringComparison.Ordinal)))
                sql.AppendLine($"CREATE SEQUENCE {column[4].Split('\'')[1]};");
            var columns = table.Select(c =>
                $"{c[1]} {c[2]}{(c[3] == "NO" ? " NOT NULL" : "")}{(c[4].Length > 0 ? " DEFAULT " + c[4] : "")}"
                + $"{(c[1] == "id" ? " PRIMARY KEY" : "")}");
            sql.AppendLine($"CREATE TABLE \"{table.Key}\" ({string.Join(", ", columns)});");
        }

        return sql.ToString();
    }
}
