namespace Athena.Common.Grafana.Database;

/// <summary>Whether Grafana's database refuses new accounts by itself.</summary>
public enum BornLockedStanding
{
    /// <summary>It could not be looked at.</summary>
    Unknown,

    /// <summary>Nothing of it is there.</summary>
    Absent,

    /// <summary>A part is missing, or is not as it was installed.</summary>
    Broken,

    /// <summary>It is there as it was installed.</summary>
    Whole,
}
