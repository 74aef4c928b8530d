namespace Athena.Common.Grafana.Api;

/// <summary>An answer of Grafana's that our programs understand.</summary>
/// <param name="Says">The message or the message id in its body, or the begin of the message; empty for a value, and where only the status
/// counts.</param>
/// <param name="Meaning">What the client makes of it.</param>
public sealed record RouteAnswer(int Status, string Says, GrafanaOutcome Meaning);
