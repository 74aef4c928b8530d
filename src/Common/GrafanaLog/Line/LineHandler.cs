namespace Athena.Common.GrafanaLog.Line;

/// <summary>Takes one line of a log without its line end. The bytes are valid only during the call.</summary>
public delegate void LineHandler(ReadOnlySpan<byte> line);

/// <summary>Takes complete lines of a log, each with its line end. The bytes are valid only during the call.</summary>
/// <returns>How many of the bytes were taken, in whole lines; fewer than all when no more are wanted.</returns>
internal delegate int LinesHandler(ReadOnlySpan<byte> lines);
