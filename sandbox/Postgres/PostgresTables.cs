using Athena.Sandbox.Grafana;
using Npgsql;

namespace Athena.Sandbox.Postgres;

/// <summary>
/// Keeps the stand-in's flags and sessions in the tables of a real PostgreSQL, as Grafana does: what the daemon writes there decides who
/// gets in. People who were made without a request get their rows with the next one. The tables must be there.
/// </summary>
/// <param name="connection">As Npgsql wants it; one connection is enough.</param>
internal sealed class PostgresTables(string connection) : ISharedTables, IDisposable
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(connection);
    private readonly Dictionary<long, bool> flags = [];
    private readonly HashSet<long> sessions = [];
    private readonly HashSet<long> outside = [];

    public void Load(GrafanaDatabase database)
    {
        foreach (var (id, isDisabled) in Read("SELECT id, is_disabled FROM \"user\"", row => (row.GetInt64(0), row.GetBoolean(1))))
        {
            flags[id] = isDisabled;
            if (database.ById(id) is { } account) account.IsDisabled = isDisabled;
        }

        var left = Read("SELECT id FROM user_auth_token", row => row.GetInt64(0)).ToHashSet();
        foreach (var session in database.Sessions.Where(session => sessions.Contains(session.Id) && !left.Contains(session.Id)).ToList())
            database.Sessions.Remove(session);
        sessions.IntersectWith(left);
    }

    public void Write(GrafanaDatabase database, Account account)
    {
        // What a trigger makes of the flag counts.
        if (!flags.TryGetValue(account.Id, out var isDisabled))
        {
            account.IsDisabled = WriteFlag(
                "INSERT INTO \"user\" (id, uid, version, login, email, org_id, is_admin, created, updated, is_disabled) VALUES ($1, $2, "
                + "0, $3, $4, $5, $6, now(), now(), $7) RETURNING is_disabled",
                account.Id, account.Uid, account.Login, account.Email, account.CurrentOrgId, account.IsServerAdmin, account.IsDisabled);
        }
        else if (isDisabled != account.IsDisabled)
        {
            account.IsDisabled = WriteFlag(
                "UPDATE \"user\" SET is_disabled = $2, updated = now() WHERE id = $1 RETURNING is_disabled",
                account.Id,
                account.IsDisabled);
        }

        flags[account.Id] = account.IsDisabled;
        if (account.AuthLabel is { } label && outside.Add(account.Id)) // Just after the account.
            Write(
                "INSERT INTO user_auth (user_id, auth_module, auth_id, created) VALUES ($1, $2, $3, now())",
                account.Id,
                label,
                account.Login);
    }

    public void Save(GrafanaDatabase database)
    {
        foreach (var account in database.People) Write(database, account);

        foreach (var gone in flags.Keys.Where(id => database.ById(id) is null).ToList())
        {
            Write("DELETE FROM \"user\" WHERE id = $1", gone);
            flags.Remove(gone);
        }

        foreach (var made in database.Sessions.Where(session => sessions.Add(session.Id)))
        {
            Write(
                "INSERT INTO user_auth_token (id, user_id, auth_token, prev_auth_token, user_agent, client_ip, auth_token_seen, "
                + "rotated_at, created_at, updated_at) VALUES ($1, $2, $3, '', '', $4, true, 0, 0, 0)",
                made.Id, made.UserId, made.Token, made.ClientIp);
        }

        foreach (var ended in sessions.Except(database.Sessions.Select(session => session.Id)).ToList())
        {
            Write("DELETE FROM user_auth_token WHERE id = $1", ended);
            sessions.Remove(ended);
        }
    }

    public void Dispose() => source.Dispose();

    private List<T> Read<T>(string sql, Func<NpgsqlDataReader, T> row)
    {
        using var command = source.CreateCommand(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    private bool WriteFlag(string sql, params object[] values)
    {
        using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return command.ExecuteScalar() is true;
    }

    private void Write(string sql, params object[] values)
    {
        using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        command.ExecuteNonQuery();
    }
}
