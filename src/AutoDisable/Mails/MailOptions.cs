using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Mails;

/// <summary>What the mails need of the settings.</summary>
/// <param name="To">The admins.</param>
/// <param name="PublicUrl">Grafana as the admins' browsers reach it.</param>
/// <param name="Brand">Whose mail it is.</param>
/// <param name="TimeZone">In which times are shown.</param>
internal sealed record MailOptions(IReadOnlyList<string> To, Uri PublicUrl, Brand Brand, TimeZoneInfo TimeZone)
{
    /// <summary>Who gets a drill's mail; empty when nobody is set.</summary>
    public IReadOnlyList<string> DrillTo { get; init; } = [];

    /// <summary>The page on which an admin enables or deletes an account.</summary>
    public Uri EditPage(string idOrUid) => new($"{PublicUrl.AbsoluteUri.TrimEnd('/')}/admin/users/edit/{Uri.EscapeDataString(idOrUid)}");

    /// <summary>The list of all accounts.</summary>
    public Uri UsersPage => new($"{PublicUrl.AbsoluteUri.TrimEnd('/')}/admin/users");
}
