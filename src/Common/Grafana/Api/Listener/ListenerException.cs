namespace Athena.Common.Grafana.Api.Listener;

/// <summary>
/// What listens at Grafana's address was not proved to be Grafana. The message says why, and that nothing secret was sent.
/// </summary>
internal sealed class ListenerException(string message) : IOException(message);
