using System.Text.Json.Serialization;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>What the reader of a journal's window tells when it has come to the end.</summary>
/// <param name="Begins">Time of the oldest entry that is still there, of any unit; null when there is none.</param>
/// <param name="Gaps">What it could not see. They may lie outside of the window.</param>
internal sealed record JournalReport(DateTimeOffset? Begins, IReadOnlyList<Gap> Gaps);

/// <summary>Its form between the two processes.</summary>
[JsonSerializable(typeof(JournalReport))]
internal sealed partial class JournalReportJson : JsonSerializerContext;
