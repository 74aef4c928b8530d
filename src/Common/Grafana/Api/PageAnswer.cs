namespace Athena.Common.Grafana.Api;

/// <summary>What came back for a page that was asked for without signing in.</summary>
/// <param name="Status">0 when there was no answer.</param>
/// <param name="Location">Where a redirect points; null without one.</param>
/// <param name="Page">The begin of the body.</param>
/// <param name="Failure">Why there was no answer; empty when there was one.</param>
internal sealed record PageAnswer(int Status, Uri? Location, string Page, string Failure);
