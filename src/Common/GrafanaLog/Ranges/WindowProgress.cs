namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>How far the reading of a window has come.</summary>
/// <param name="At">Time of the last line that had one; null while none had.</param>
/// <param name="Lines">Lines of the window that were handed out so far.</param>
public readonly record struct WindowProgress(DateTimeOffset? At, long Lines);
