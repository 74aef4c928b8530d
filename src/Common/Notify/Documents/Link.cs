namespace Athena.Common.Notify.Documents;

/// <summary>Words of ours that lead somewhere; in the plain part the address stands in their place.</summary>
/// <param name="IsNamed">There the words stand before it: one of several, which do different things.</param>
public readonly record struct Link(string Words, Uri Target, bool IsNamed = false);
