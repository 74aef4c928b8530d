namespace Athena.Workers.Tests.Dashboards;

/// <summary>How a panel shows what it was told.</summary>
internal enum PanelKind
{
    /// <summary>Numbers, as they are now.</summary>
    Stat,

    /// <summary>Lines over time.</summary>
    Lines,

    /// <summary>Bars over time, on top of each other.</summary>
    Bars,

    /// <summary>A band for each series, coloured by its value.</summary>
    States,

    /// <summary>A cell for each step of time, coloured by its value.</summary>
    Cells,

    /// <summary>A row for each <c>tenant_id</c>, a column for each query.</summary>
    Table,
}

/// <summary>What a panel asks Prometheus.</summary>
/// <param name="Text">
/// PromQL, in which <c>{site</c>, <c>{org</c> and <c>{host</c> stand for the filters by the dashboard's variables: the daemons of a tenant,
/// an organisation of Grafana, a machine.
/// </param>
/// <param name="Legend">How a series is called; <c>{{label}}</c> is the value of one.</param>
internal sealed record Query(string Text, string Legend = "")
{
    /// <summary>It asks the copies of the audits, in SQL with Grafana's macros, in place of Prometheus.</summary>
    public bool IsSql { get; init; }

    /// <summary>The text with the filters in the place of their short forms.</summary>
    public string Expression => Text
        .Replace("{site", "{tenant_id=~\"$tenant\",instance=~\"$instance\"", StringComparison.Ordinal)
        .Replace("{org", "{tenant_id=~\"$organisation\",instance=~\"$instance\"", StringComparison.Ordinal)
        .Replace("{host", "{instance=~\"$instance\"", StringComparison.Ordinal);
}

/// <summary>One panel, as short as it can be said.</summary>
/// <param name="Unit">As Grafana calls it.</param>
/// <param name="Says">What is to be seen, and what to do about it. Who writes the numbers is added by itself.</param>
internal sealed record Panel(PanelKind Kind, string Title, string Unit, string Says, params Query[] Queries)
{
    /// <summary>Of the 24 columns of a dashboard.</summary>
    public int Width { get; init; } = 8;

    public int Height { get; init; } = 8;

    /// <summary>Colours by value: <c>green 1=orange 5=red</c>.</summary>
    public string Steps { get; init; } = "blue";

    /// <summary>Words in the place of values: <c>1=well:green;0=not well:red</c>.</summary>
    public string Words { get; init; } = "";

    /// <summary>The heading of the runbook that says what to do; null where nothing is to be done.</summary>
    public string? Runbook { get; init; }

    /// <summary>The shortest step of time, as <c>1h</c>; null for Grafana's own.</summary>
    public string? Step { get; init; }

    /// <summary>A span of its own up to now, as <c>30d</c>; null for the dashboard's.</summary>
    public string? Span { get; init; }

    /// <summary>The same, and some of it said otherwise.</summary>
    public Panel With(
        int? width = null, string? steps = null, string? words = null, string? runbook = null, string? step = null) => this with
        {
            Width = width ?? Width,
            Steps = steps ?? Steps,
            Words = words ?? Words,
            Runbook = runbook ?? Runbook,
            Step = step ?? Step,
        };

    /// <summary>One that asks the copies of the audits.</summary>
    /// <param name="sql">The column <c>time</c> is the panel's time, where it has one.</param>
    public static Panel OfAudit(PanelKind kind, string title, string unit, string says, string sql) =>
        new(kind, title, unit, says, new Query(sql) { IsSql = true })
        {
            Width = kind == PanelKind.Stat ? 6 : 12,
            Height = kind == PanelKind.Stat ? 4 : 8,
        };

    public static Panel Stat(string title, string unit, string says, string query, string legend = "") =>
        new(PanelKind.Stat, title, unit, says, new Query(query, legend)) { Width = 4, Height = 4 };

    public static Panel Lines(string title, string unit, string says, string query, string legend) =>
        new(PanelKind.Lines, title, unit, says, new Query(query, legend));

    public static Panel Bars(string title, string unit, string says, string query, string legend) =>
        new(PanelKind.Bars, title, unit, says, new Query(query, legend)) { Step = "1h" };

    public static Panel States(string title, string says, string query, string legend) =>
        new(PanelKind.States, title, "none", says, new Query(query, legend));
}
