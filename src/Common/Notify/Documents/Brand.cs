namespace Athena.Common.Notify.Documents;

/// <summary>Whose mail it is.</summary>
/// <param name="Name">Beside the logo.</param>
/// <param name="Footer">Below the mail: the company.</param>
/// <param name="SupportUrl">Where help is; null leaves it out.</param>
/// <param name="SupportContact">Whom to ask; null leaves it out.</param>
public sealed record Brand(string Name, string Footer, Uri? SupportUrl, string? SupportContact);
