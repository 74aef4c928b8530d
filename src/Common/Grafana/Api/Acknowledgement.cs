namespace Athena.Common.Grafana.Api;

/// <summary>The value of a call that changes something: Grafana's own message, such as <c>User disabled</c>.</summary>
public sealed record Acknowledgement(string Message);
