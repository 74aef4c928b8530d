namespace Athena.Common.Notify.Documents;

/// <summary>A file that goes with a mail.</summary>
/// <param name="FileName">ASCII name shown to the reader.</param>
/// <param name="MediaType">For example <c>text/csv; charset=utf-8</c>.</param>
/// <param name="Content">The bytes.</param>
public sealed record Attachment(string FileName, string MediaType, byte[] Content);
