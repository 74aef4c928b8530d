namespace Athena.Compliance;

/// <summary>How often a summary is mailed.</summary>
internal enum SummaryPeriod
{
    No,
    Daily,

    /// <summary>Monday to Sunday.</summary>
    Weekly,
    Monthly,
}
