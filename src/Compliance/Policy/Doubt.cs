namespace Athena.Compliance.Policy;

/// <summary>Why a service account may be a person, so that nothing can be claimed of its hour.</summary>
internal enum Doubt
{
    /// <summary>It did what only a browser does, outside of a picture that it had asked for.</summary>
    InBrowser,

    /// <summary>It was made less than a day before.</summary>
    MadeOfLate,

    /// <summary>Grafana did not tell when it was made.</summary>
    AgeNotKnown,
}
