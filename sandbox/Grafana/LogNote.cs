namespace Athena.Sandbox.Grafana;

/// <summary>A line of another logger that goes with a request.</summary>
/// <param name="WithCaller">true for <c>logger=context</c> lines, which carry the caller's userId, orgId and uname</param>
internal sealed record LogNote(string Logger, string Level, string Message, bool WithCaller, params (string Key, object Value)[] Fields);
