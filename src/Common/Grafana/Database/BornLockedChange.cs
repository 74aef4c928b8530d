using Athena.Common.Database;
using Athena.Common.Text;
using Npgsql;

namespace Athena.Common.Grafana.Database;

/// <summary>What running one of the scripts came to.</summary>
/// <param name="Said">The server's notices, a sentence each; what a database says.</param>
/// <param name="Problem">Why nothing was changed; null when it was done.</param>
public sealed record BornLockedChange(IReadOnlyList<string> Said, string? Problem)
{
    /// <summary>Runs a script of <see cref="BornLockedScript"/> once, and forgets the connection.</summary>
    /// <param name="connection">As <c>GRAFANA_DATABASE</c>, of somebody who may; a secret.</param>
    /// <param name="script">The statements, with their own transaction.</param>
    /// <param name="daemon">The daemon's own access, for its role and what it excepts; null when it has none.</param>
    /// <param name="cancel">Gives up; the server takes back what was begun.</param>
    public static async Task<BornLockedChange> RunAsync(
        string connection, string script, GrafanaDatabaseOptions? daemon, CancellationToken cancel)
    {
        if (connection.Contains("://", StringComparison.Ordinal) && !connection.StartsWith("postgres", StringComparison.Ordinal))
            return new BornLockedChange(
                [], "Born locked works in PostgreSQL alone, not in MySQL or SQLite: there the daemon locks new accounts as before.");
        var setting = GrafanaDatabaseOptions.Setting with { Key = "The connection" };
        if (!DatabaseAddress.TryRead(setting, connection, out var address, out var problem))
            return new BornLockedChange([], problem);
        address.ApplicationName = "athena-workers born-locked";
        address.Pooling = false;
        var text = new ServerText(address.Password);
        var place = DatabaseAddress.Place(address);
        List<string> said = [];
        try
        {
            await using var source = DatabaseAddress.Source(address);
            await using var open = await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
            open.Notice += (_, notice) => said.Add(text.Clean(notice.Notice.MessageText));
            await using (var set = open.Batch(Rows.Statement(
                "SELECT set_config('athena_workers.role', $1, false), set_config('athena_workers.except', $2, false)",
                RoleOf(daemon),
                daemon?.ExceptsProvisioned == true ? "provisioned" : "")))
                await set.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            await using var run = new NpgsqlCommand(script, open) { CommandTimeout = 60 };
            await run.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            return new BornLockedChange(said, null);
        }
        catch (PostgresException refused)
        {
            return new BornLockedChange(
                said, text.Clean(refused.MessageText) + (refused.Hint is { Length: > 0 } hint ? " " + text.Clean(hint) : ""));
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException or IOException)
        {
            return new BornLockedChange(said, DatabaseFault.Of(fault, place, text)
                .Sentence.Replace("GRAFANA_DATABASE", "the connection", StringComparison.Ordinal));
        }
    }

    private static string RoleOf(GrafanaDatabaseOptions? daemon) =>
        daemon is not null && DatabaseAddress.TryRead(GrafanaDatabaseOptions.Setting, daemon.ConnectionString, out var address, out _)
            && address.Username is { Length: > 0 } role ? role : "";
}
