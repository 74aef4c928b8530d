namespace Athena.Sandbox.Grafana;

/// <summary>
/// Tables of a real database in which the stand-in keeps the flag and the sessions, so that another hand in that database keeps people out
/// of it as it does with Grafana (docs/grafana.md §5). Called around each request, one request at a time.
/// </summary>
public interface ISharedTables
{
    /// <summary>Takes over what was changed in the tables since the last call.</summary>
    void Load(GrafanaDatabase database);

    /// <summary>
    /// A row of an account is written amid a request, as Grafana does when it makes one or a sign-in sets the flag back: what the tables
    /// make of the flag counts for the rest of that request.
    /// </summary>
    void Write(GrafanaDatabase database, Account account);

    /// <summary>Writes what the request changed, and nothing else: another hand may have written meanwhile.</summary>
    void Save(GrafanaDatabase database);
}
