namespace Athena.Sandbox.GrafanaLog;

/// <summary>Grafana's <c>[log.file] format</c>.</summary>
public enum LogFormat
{
    Text,
    Json,
}
