namespace Athena.Common.Logs;

/// <summary>Takes complete lines of a log, each with its line end. The bytes are valid only during the call.</summary>
/// <returns>False when no more are wanted.</returns>
internal delegate bool LinesHandler(ReadOnlySpan<byte> lines);
