namespace Athena.Common.Notify.Documents;

/// <summary>Whose mail it is.</summary>
/// <param name="Name">At the head of each mail, set in type unless there is a <see cref="Logo"/>.</param>
/// <param name="Footer">Below the mail: the company that runs Grafana.</param>
/// <param name="SupportUrl">Where help is; null leaves it out.</param>
/// <param name="SupportContact">Whom to ask; null leaves it out.</param>
public sealed record Brand(string Name, string Footer, Uri? SupportUrl, string? SupportContact)
{
    /// <summary>What the head, calm mails and the printed report are drawn in, unless it is set.</summary>
    public const string DefaultAccent = "#2f5f8f";

    /// <summary>Whose Grafana this is, a hospital for example; null leaves it out.</summary>
    public string? SiteOwner { get; init; }

    /// <summary>What this Grafana is called where there are several; null leaves it out.</summary>
    public string? SiteName { get; init; }

    /// <summary>The last lines of each mail, and of what is printed; null leaves them out.</summary>
    public string? LegalNote { get; init; }

    /// <summary>
    /// <c>#rrggbb</c>, the one colour that is ours: white can be read on it, and it on white. As it was given unless that made it darker.
    /// </summary>
    public string Accent { get; init => field = Colour.Darkened(value, TonePalette.Ink); } = DefaultAccent;

    /// <summary>The same to be read on the cards of dark surroundings.</summary>
    public string DarkAccent => Colour.Lightened(Accent, TonePalette.DarkCard);

    /// <summary>In place of the name at the head; null sets that in type.</summary>
    public BrandLogo? Logo { get; init; }

    /// <summary>Which Grafana, and whose: <c>North Wing, Clinic South</c>; null where neither is told.</summary>
    public string? Site => (SiteName, SiteOwner) switch
    {
        ({ } name, { } owner) => $"{name}, {owner}",
        _ => SiteName ?? SiteOwner,
    };

    /// <summary>For the first line of a message in a chat: <c>Athena, North Wing</c>.</summary>
    public string Called => SiteName is { } site ? $"{Name}, {site}" : Name;
}
