namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>In which of Grafana's formats a log file is written (<c>[log.file] format</c>).</summary>
public enum LogFileFormat
{
    /// <summary>There is no file, or it cannot be read.</summary>
    Unreadable,

    /// <summary>Nothing is in it yet.</summary>
    Empty,

    /// <summary><c>text</c>: logfmt.</summary>
    Text,

    /// <summary><c>json</c>: one object a line.</summary>
    Json,

    /// <summary><c>console</c>: cannot be relied on.</summary>
    Console,

    /// <summary>Something, but no line of Grafana's logger.</summary>
    NotGrafana,
}
