using Athena.Common.Grafana.Database;
using Npgsql;

namespace Athena.Sandbox.Demo;

/// <summary>
/// Puts the triggers of born locked into the stand-in's PostgreSQL and takes them out, by the scripts that the package carries.
/// </summary>
/// <param name="connection">Of the owner of the tables, as Npgsql wants it.</param>
public sealed class BornLockedSwitch(string connection)
{
    public async Task<bool> IsOnAsync(CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("SELECT to_regnamespace($1) IS NOT NULL");
        command.Parameters.AddWithValue(BornLockedScript.Schema);
        return await command.ExecuteScalarAsync(cancel).ConfigureAwait(false) is true;
    }

    public async Task TurnAsync(bool on, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(on ? BornLockedScript.Install : BornLockedScript.Remove);
        await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }
}
