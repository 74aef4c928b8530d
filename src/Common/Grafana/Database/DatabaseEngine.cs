using Athena.Common.Grafana.Api;

namespace Athena.Common.Grafana.Database;

/// <summary>In which kind of database Grafana keeps its data, as its own settings say (section <c>[database]</c> of grafana.ini).</summary>
public static class DatabaseEngine
{
    public const string PostgreSql = "PostgreSQL";

    /// <summary>
    /// <see cref="PostgreSql"/>, <c>MySQL</c> or <c>SQLite</c>; null where Grafana does not say, or says another. A <c>url</c> goes before
    /// <c>type</c>, which then has its default; of a url Grafana hides the password alone.
    /// </summary>
    public static string? Of(ServerSettings settings)
    {
        var url = settings["database", "url"];
        var name = url is { Length: > 0 }
            ? url.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? url[..end] : ""
            : settings["database", "type"] ?? "";
        return name.Trim().ToLowerInvariant() switch
        {
            "postgres" or "postgresql" => PostgreSql,
            "mysql" => "MySQL",
            "sqlite3" or "sqlite" => "SQLite",
            _ => null,
        };
    }
}
