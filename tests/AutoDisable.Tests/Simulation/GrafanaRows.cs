using System.Globalization;
using Athena.Common.Grafana.Database;
using Npgsql;

namespace Athena.AutoDisable.Tests.Simulation;

/// <summary>
/// The rows of the simulated Grafana's accounts in a real PostgreSQL, written by the statements that Grafana was seen to run and read back
/// as it does: what a trigger makes of them counts.
/// </summary>
internal sealed class GrafanaRows : IDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection ears;
    private readonly List<long> heard = [];

    public GrafanaRows(string connection)
    {
        source = NpgsqlDataSource.Create(connection);
        ears = source.OpenConnection();
        ears.Notification += (_, news) => heard.Add(long.Parse(news.Payload, CultureInfo.InvariantCulture));
        Run(ears, $"LISTEN {BornLockedScript.Channel}");
    }

    /// <summary>Nobody is there, and nothing of ours.</summary>
    public void Clear()
    {
        Run(BornLockedScript.Remove);
        Run("TRUNCATE \"user\", user_auth, user_auth_token; ALTER SEQUENCE user_id_seq1 RESTART WITH 1");
        _ = Heard();
    }

    public void Install() => Run(BornLockedScript.Install);

    /// <summary>The next id is this one, as after an older copy of the database.</summary>
    public void SetSequence(long next) => Run($"ALTER SEQUENCE user_id_seq1 RESTART WITH {next}");

    /// <summary>
    /// As Grafana makes an account: the row, its id by the sequence, and just after it that of its origin. An id that is taken already is
    /// refused, and whoever was refused tries again.
    /// </summary>
    /// <param name="origin">How it comes from outside (<c>user_auth.auth_module</c>); null for an internal one.</param>
    public MadeRow Insert(string uid, string login, string email, bool isAdmin, string? origin)
    {
        while (true)
        {
            try
            {
                using var command = source.CreateCommand(
                    "INSERT INTO \"user\" (uid, version, login, email, org_id, is_admin, created, updated, is_disabled) VALUES ($1, 0, "
                    + "$2, $3, 1, $4, now(), now(), false) RETURNING id, is_disabled");
                foreach (var value in (object[])[uid, login, email, isAdmin]) command.Parameters.AddWithValue(value);
                MadeRow made;
                using (var row = command.ExecuteReader())
                {
                    row.Read();
                    made = new MadeRow(uid, row.GetInt32(0), row.GetBoolean(1));
                }

                if (origin is not null)
                    Value(
                        "INSERT INTO user_auth (user_id, auth_module, auth_id, created) VALUES ($1, $2, $3, now())",
                        made.Id,
                        origin,
                        login);
                return made;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // The sequence goes on: the next id may be free.
            }
        }
    }

    /// <summary>Somebody's sign-up fails after their row was made: all of it is taken back.</summary>
    public void RollBack()
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        try
        {
            Run(connection,
                "INSERT INTO \"user\" (uid, version, login, email, org_id, is_admin, created, updated, is_disabled) VALUES ('nobody', 0, "
                + "'nobody', 'nobody', 1, false, now(), now(), false)");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The id is taken: that ends it as well.
        }

        transaction.Rollback();
    }

    /// <summary>Sets the flag. What is there then is what counts.</summary>
    public bool Write(long id, bool isDisabled) =>
        Value("UPDATE \"user\" SET is_disabled = $2, updated = now() WHERE id = $1 RETURNING is_disabled", id, isDisabled) is true;

    public bool Read(long id) => Value("SELECT is_disabled FROM \"user\" WHERE id = $1", id) is true;

    public void Delete(long id)
    {
        Value("DELETE FROM \"user\" WHERE id = $1", id);
        Value("DELETE FROM user_auth WHERE user_id = $1", id);
    }

    /// <summary>Ids that were notified since the last call.</summary>
    public IReadOnlyList<long> Heard()
    {
        Run(ears, "SELECT"); // Notifications come with the answer to anything.
        long[] news = [.. heard];
        heard.Clear();
        return news;
    }

    public void Dispose()
    {
        ears.Dispose();
        source.Dispose();
    }

    private object? Value(string sql, params object[] values)
    {
        using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return command.ExecuteScalar();
    }

    private void Run(string sql)
    {
        using var connection = source.OpenConnection();
        Run(connection, sql);
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}

/// <summary>A row as it was written.</summary>
internal readonly record struct MadeRow(string Uid, long Id, bool IsDisabled);
