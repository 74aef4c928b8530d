using System.Text;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.Units;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.Decisions.CommandLine;

/// <summary>What <c>status</c> says. Pure.</summary>
/// <param name="State">A sentence.</param>
/// <param name="IsWell">Whoever opens a link sees its page; or nobody is to.</param>
internal sealed record PageStatus(string State, bool IsWell)
{
    private const string Open = "sudo systemctl enable --now athena-workers-decisions.socket";
    private const string Again = "sudo systemctl restart athena-workers-decisions.socket";
    private const string Why = "journalctl -x -u athena-workers-decisions -n 20";

    /// <summary>Null where systemd does not say.</summary>
    public PageUnits? Units { get; init; }

    public int Code => IsWell ? ExitCode.Ok : ExitCode.Fault;

    /// <summary>What it does its work with all the same.</summary>
    private IReadOnlyList<string> Warnings => Units is { Restarts: > 0 } restarted
        ? [$"systemd had to start it again {restarted.Restarts} times: {Why}"]
        : [];

    /// <param name="units">Null where systemd does not say.</param>
    /// <param name="silence">Why grafana-auto-disable does not answer it; null when it does.</param>
    public static PageStatus Of(PageUnits? units, string? silence) => Judge(units, silence) with { Units = units };

    /// <summary>Where nobody is to see a page.</summary>
    /// <param name="metrics">Where Prometheus is answered; null for nowhere.</param>
    public static PageStatus WithoutPage(PageUnits? units, string? metrics) => new(
        metrics is null
            ? "does nothing: there is no page (DECISION_LISTEN=no) and no METRICS_LISTEN"
            : $"answers Prometheus at {metrics}; there is no page (DECISION_LISTEN=no)",
        IsWell: units is not { Socket.Active: "failed" })
    {
        Units = units,
    };

    /// <summary>Rows as of the daemons' own.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"State      {State}\n");
        if (Units is { } units)
        {
            text.Append($"Listens    {(units.Socket.IsActive ? string.Join(", ", units.Listens) : "no")}\n");
            text.Append(units.Service.IsRunning
                ? $"Runs       since {units.Service.Began:yyyy-MM-dd HH:mm} UTC\n"
                : "Runs       when somebody opens a link\n");
            if (units.Service.Result is not ("success" or ""))
                text.Append($"Failed     {units.Service.Ended:yyyy-MM-dd HH:mm} UTC: {units.Service.Result}, {units.Service.ExitStatus}\n");
        }

        foreach (var warning in Warnings) text.Append($"Warning    {warning}\n");
        return text.ToString();
    }

    public string ToJson() => new JsonObject
    {
        ["running"] = Units?.Service.IsRunning ?? false,
        ["open"] = Units?.Socket.IsActive ?? false,
        ["state"] = State,
        ["listens"] = new JsonArray([.. Units?.Listens.Select(one => (JsonNode)one) ?? []]),
        ["lastResult"] = Units?.Service.Result,
        ["restarts"] = Units?.Restarts ?? 0,
        ["warnings"] = new JsonArray([.. Warnings.Select(one => (JsonNode)one)]),
    }.ToText();

    private static PageStatus Judge(PageUnits? units, string? silence) => units switch
    {
        null when silence is null =>
            new("grafana-auto-disable answers it; systemd does not run here, so whether it listens is not known", true),
        null => new($"links lead nowhere. {silence}", false),
        { IsInUse: false } when silence is not null =>
            new("off: nobody decides from a mail. How to begin: /usr/share/doc/athena-workers/decisions.md", true),
        { Socket.Active: "failed" } => new($"links lead nowhere: its socket has failed. Why: {Why}; then: {Again}", false),
        { Socket.IsActive: false, Service.IsRunning: false } =>
            new($"mails have links, and they lead nowhere: its socket is not open. {Open}", false),
        _ when silence is not null => new($"links lead nowhere. {silence}: sudo athena-workers-decisions check", false),
        { Service.Active: "failed" } => new($"its last run has failed; the next link that is opened starts it again. Why: {Why}", false),
        { Service.IsRunning: true } => new("shows the pages of links; grafana-auto-disable answers it", true),
        _ => new("waits until somebody opens a link; grafana-auto-disable answers it", true),
    };
}
