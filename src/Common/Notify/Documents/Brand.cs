namespace Athena.Common.Notify.Documents;

/// <summary>Whose mail it is.</summary>
/// <param name="Name">At the head of each mail.</param>
/// <param name="Footer">Below the mail: the company that runs Grafana.</param>
/// <param name="SupportUrl">Where help is; null leaves it out.</param>
/// <param name="SupportContact">Whom to ask; null leaves it out.</param>
public sealed record Brand(string Name, string Footer, Uri? SupportUrl, string? SupportContact)
{
    /// <summary>Whose Grafana this is, a hospital for example; null leaves it out.</summary>
    public string? SiteOwner { get; init; }

    /// <summary>What this Grafana is called where there are several; null leaves it out.</summary>
    public string? SiteName { get; init; }

    /// <summary>The last lines of each mail, and of what is printed; null leaves them out.</summary>
    public string? LegalNote { get; init; }

    /// <summary>Which Grafana, and whose: <c>North Wing, Clinic South</c>; null where neither is told.</summary>
    public string? Site => (SiteName, SiteOwner) switch
    {
        ({ } name, { } owner) => $"{name}, {owner}",
        _ => SiteName ?? SiteOwner,
    };
}
