namespace Athena.Common.State.Audit;

/// <summary>One physical line.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Bytes">Without the line feed.</param>
/// <param name="IsFinished">False for the last one when its line feed is missing.</param>
/// <param name="End">Where the next line begins.</param>
internal sealed record AuditFileLine(int Number, byte[] Bytes, bool IsFinished, long End);
