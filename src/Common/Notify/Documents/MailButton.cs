namespace Athena.Common.Notify.Documents;

/// <summary>Something that can be done with one press.</summary>
/// <param name="Label">A verb, or two words.</param>
/// <param name="Target">The page on which it is done.</param>
public sealed record MailButton(string Label, Uri Target);
