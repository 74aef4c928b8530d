namespace Athena.Common.Hosting;

/// <summary>The daemon's answer.</summary>
/// <param name="ExitCode">With which the command ends.</param>
/// <param name="Text">For a person.</param>
/// <param name="Json">The same for <c>--output json</c>, one JSON value; null when the text says it all.</param>
public sealed record ControlReply(int ExitCode, string Text, string? Json = null);
