namespace Athena.Common.Logs.Windows;

/// <summary>Takes one line of a window, as it stands in the log without its line end, and parsed. Both are valid only during the call.</summary>
internal delegate void WindowLineHandler(ReadOnlySpan<byte> bytes, scoped in LogLine line);
