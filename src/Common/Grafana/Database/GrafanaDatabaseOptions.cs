using Athena.Common.Database;

namespace Athena.Common.Grafana.Database;

/// <summary>Where Grafana's database is and as whom we sign in there.</summary>
public sealed record GrafanaDatabaseOptions
{
    /// <summary>What is said of the setting <c>GRAFANA_DATABASE</c>.</summary>
    internal static DatabaseSetting Setting { get; } = new(
        "GRAFANA_DATABASE", "it is the name under [database] in grafana.ini", $"{GrantsScript.Path} makes one",
        "only a Grafana on PostgreSQL can be handled this way");

    /// <summary>
    /// The setting <c>GRAFANA_DATABASE</c>: Npgsql's form (<c>Host=db;Database=grafana;Username=u;Password=p</c>) or a URI
    /// (<c>postgresql://u:p@db/grafana</c>). A secret: it holds the password.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>Short name of the daemon, such as <c>auto-disable</c>: PostgreSQL shows it in pg_stat_activity and in its log.</summary>
    public required string Daemon { get; init; }

    /// <summary>Longest time one call may take, connecting and repeating included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>BORN_LOCKED_EXCEPT=provisioned</c>: accounts that SCIM makes are not born locked.</summary>
    public bool ExceptsProvisioned { get; init; }

    /// <summary>
    /// What is wrong: one sentence each, naming the setting, never any part of its value but host and database. Empty when all is well.
    /// </summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (DatabaseAddress.TryRead(Setting, ConnectionString, out _, out var problem) is false) problems.Add(problem);
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(5))
            problems.Add($"GRAFANA_DATABASE_TIMEOUT must be more than 0 s and at most 5 min, not {Timeout.TotalSeconds:0.###} s.");
        return problems;
    }

    /// <summary>Without the secret, whoever logs it.</summary>
    public override string ToString() => $"Grafana's database for {Daemon}";
}
