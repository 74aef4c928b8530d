namespace Athena.Common.GrafanaLog.Line;

/// <summary>Takes one line of a log without its line end. The bytes are valid only during the call.</summary>
public delegate void LineHandler(ReadOnlySpan<byte> line);
