namespace Athena.Compliance.Policy;

/// <summary>What people were given who had not signed in: by anonymous access, of a public dashboard, of a snapshot.</summary>
/// <param name="Views">Dashboards that were opened.</param>
/// <param name="Queries">Requests for data beside that.</param>
internal sealed record Visitors(long Views, long Queries)
{
    public static Visitors None { get; } = new(0, 0);

    public bool WereThere => Views + Queries > 0;

    /// <summary><c>3 dashboard views by visitors without a login</c></summary>
    public string Said => (Views, Queries) switch
    {
        ( > 0, _) => $"{Counted(Views, "dashboard view")} by visitors without a login",
        _ => $"{Counted(Queries, "query", "queries")} of data by visitors without a login, on dashboards that were opened before",
    };

    private static string Counted(long count, string one, string? many = null) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
