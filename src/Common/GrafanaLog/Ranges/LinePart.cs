namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>What takes the lines of a part of a window, on a thread of its own, while other parts are taken by others.</summary>
/// <param name="OnLine">Takes one line; called by one thread at a time.</param>
/// <param name="TryJoin">
/// Adds what was taken to the whole, which has taken all that stands before in the log, and no more until now. False when the whole would
/// be another if it had taken the lines itself; then nothing is added, and it is given the lines. Called once or never.
/// </param>
public sealed record LinePart(ParsedLineHandler OnLine, Func<bool> TryJoin);
