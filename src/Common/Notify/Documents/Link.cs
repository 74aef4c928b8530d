namespace Athena.Common.Notify.Documents;

/// <summary>Words of ours that lead somewhere; in the plain part the address stands in their place.</summary>
public readonly record struct Link(string Words, Uri Target);
