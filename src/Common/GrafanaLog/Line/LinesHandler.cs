namespace Athena.Common.GrafanaLog.Line;

/// <summary>Takes complete lines of a log, each with its line end. The bytes are valid only during the call.</summary>
/// <returns>How many of the bytes were taken, in whole lines; fewer than all when no more are wanted.</returns>
internal delegate int LinesHandler(ReadOnlySpan<byte> lines);
