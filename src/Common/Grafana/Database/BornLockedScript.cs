using Athena.Common.Database;

namespace Athena.Common.Grafana.Database;

/// <summary>The two SQL scripts of born locked: the files that the package installs are embedded, so that both ways are one.</summary>
public static class BornLockedScript
{
    public const string Schema = "athena_workers";

    /// <summary>On which notifications of new accounts come; the payload is the account's id.</summary>
    public const string Channel = "athena_workers_born";

    /// <summary>Statements for one session: they begin and end their own transaction.</summary>
    public static string Install { get; } = EmbeddedSql.Read("born-locked-install.sql");

    /// <inheritdoc cref="Install"/>
    public static string Remove { get; } = EmbeddedSql.Read("born-locked-remove.sql");

    /// <summary>The body of a function as PostgreSQL keeps it (<c>pg_proc.prosrc</c>): all that stands between its dollar quotes.</summary>
    public static string Body(string function)
    {
        var quote = $"${function}$";
        var begin = Install.IndexOf(quote, StringComparison.Ordinal) + quote.Length;
        return Install[begin..Install.IndexOf(quote, begin, StringComparison.Ordinal)];
    }
}
