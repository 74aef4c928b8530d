using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Documents;
using Athena.Common.Time;

namespace Athena.AutoDisable.Notify.Mails;

/// <summary>What the mails need of the settings.</summary>
/// <param name="To">The admins.</param>
/// <param name="PublicUrl">Grafana as the admins' browsers reach it.</param>
/// <param name="Brand">Whose mail it is.</param>
/// <param name="TimeZone">In which times are shown.</param>
internal sealed record MailOptions(IReadOnlyList<string> To, Uri PublicUrl, Brand Brand, TimeZoneInfo TimeZone)
{
    /// <summary>Who gets a drill's mail; empty when nobody is set.</summary>
    public IReadOnlyList<string> DrillTo { get; init; } = [];

    /// <summary>Who is told where the admins do not act on something critical; empty when nobody is.</summary>
    public IReadOnlyList<string> EscalateTo { get; init; } = [];

    /// <summary>How people are named in what everybody in a chat reads; uid or id is always said.</summary>
    public NameStyle NamesInChat { get; init; }

    /// <summary>Each account that waits has a message with buttons in the chat.</summary>
    public bool DecidesInChat { get; init; }

    /// <summary>The machine on which the daemon runs, for our own people; null leaves it out.</summary>
    public string? Host { get; init; }

    /// <summary>Below each mail to the admins.</summary>
    public string SmallPrint =>
        $"Sent by grafana-auto-disable{(Host is null ? "" : $" on {Host}")} to the administrators named in MAIL_TO.";

    /// <summary>Times as the people of <see cref="TimeZone"/> write them.</summary>
    public ZoneText Clock { get; } = new(TimeZone);

    /// <summary>The role that sign-up gives.</summary>
    public string DefaultRole { get; init; } = "Viewer";

    /// <summary>Whoever is approved hears of it.</summary>
    public bool TellsTheApproved { get; init; } = true;

    /// <summary>The file in which the daemon's way into Grafana is set.</summary>
    public string SignInAt { get; init; } = "/etc/default/grafana-auto-disable";

    /// <summary>The page on which an admin enables or deletes an account.</summary>
    public Uri EditPage(string idOrUid) => new($"{PublicUrl.AbsoluteUri.TrimEnd('/')}/admin/users/edit/{Uri.EscapeDataString(idOrUid)}");

    /// <summary>The list of all accounts.</summary>
    public Uri UsersPage => new($"{PublicUrl.AbsoluteUri.TrimEnd('/')}/admin/users");
}
