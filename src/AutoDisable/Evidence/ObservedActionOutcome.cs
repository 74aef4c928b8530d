namespace Athena.AutoDisable.Evidence;

/// <summary>What came of a request that could change something.</summary>
internal enum ObservedActionOutcome
{
    /// <summary>Status 2xx.</summary>
    Done,

    /// <summary>Status 4xx: refused, nothing changed.</summary>
    Refused,

    /// <summary>
    /// Any other status. 5xx, and 499 of a client that hung up before the answer, say nothing about what had been changed by then.
    /// </summary>
    Unclear,
}
