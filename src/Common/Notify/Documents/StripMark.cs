namespace Athena.Common.Notify.Documents;

/// <summary>What a cell of a strip of time shows.</summary>
public enum StripMark
{
    /// <summary>Seen, and nothing happened.</summary>
    Quiet,

    /// <summary>Something happened.</summary>
    Active,

    /// <summary>It could not be seen whether something happened.</summary>
    Unseen,
}
