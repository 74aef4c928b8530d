using System.Globalization;
using System.Text.Json.Serialization;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>The three shapes in which Grafana shows a person (recorded: the list, the profile, the member of an organisation).</summary>
internal static class UserJson
{
    private const string Avatar = "/public/img/user_profile.png";

    public static object Row(Call call, Account a) => new
    {
        id = a.Id,
        uid = a.Uid,
        name = a.Name,
        login = a.Login,
        email = a.Email,
        avatarUrl = Avatar,
        isAdmin = a.IsServerAdmin,
        isDisabled = a.IsDisabled,
        isProvisioned = false,
        lastSeenAt = call.Time(a.LastSeen),
        lastSeenAtAge = Age(call.Database.Now - a.LastSeen),
        authLabels = a.LabelsAt(call.Database.Now),
        created = call.Time(a.Created),
    };

    /// <param name="lookup">the look-up by login or e-mail says isExternal false even of external accounts, and has no avatar</param>
    public static object Profile(Call call, Account a, long orgId, bool lookup = false) => new ProfileShape(
        a.Id, a.Uid, a.Email, a.Name, a.Login, "", orgId > 0 ? orgId : null, a.IsServerAdmin, a.IsDisabled,
        !lookup && a.IsExternalAt(call.Database.Now), !lookup && a.IsExternallySynced && a.IsExternalAt(call.Database.Now), false,
        a.LabelsAt(call.Database.Now),
        call.Time(a.Updated), call.Time(a.Created), lookup ? "" : Avatar, false);

    /// <summary>What a service account is told about itself: no id of its own, no dates.</summary>
    public static object ServiceProfile(Call call, Account a, long orgId) => new ProfileShape(
        0, "service-account:" + a.Id, a.Email, a.Name, a.Login, "", orgId, false, false, false, false, false, null,
        call.Time(default), call.Time(default), "", false);

    public static object Member(Call call, Organisation organisation, Account a) => new
    {
        orgId = organisation.Id,
        userId = a.Id,
        uid = a.Uid,
        email = a.Email,
        name = a.Name,
        avatarUrl = Avatar,
        login = a.Login,
        role = organisation.Roles[a.Id],
        lastSeenAt = call.Time(a.LastSeen),
        created = call.Time(a.Created),
        lastSeenAtAge = Age(call.Database.Now - a.LastSeen),
        isDisabled = a.IsDisabled,
        authLabels = a.IsExternalAt(call.Database.Now) ? a.LabelsAt(call.Database.Now) : null,
        isExternallySynced = a.IsExternallySynced && a.IsExternalAt(call.Database.Now),
        isProvisioned = false,
    };

    /// <summary>The organisations of an account, by name.</summary>
    public static object Organisations(Call call, Account a) =>
        call.Database.Organisations.Values.Where(o => o.Roles.ContainsKey(a.Id))
            .OrderBy(o => o.Name, StringComparer.Ordinal)
            .Select(o => new { orgId = o.Id, name = o.Name, role = o.Roles[a.Id] })
            .ToArray();

    internal static string Age(TimeSpan age)
    {
        var (number, unit) = age.TotalMinutes switch
        {
            < 1 => (0, ""),
            < 60 => ((int)age.TotalMinutes, "minute"),
            < 24 * 60 => ((int)age.TotalHours, "hour"),
            < 30 * 24 * 60 => ((int)age.TotalDays, "day"),
            < 365 * 24 * 60 => ((int)(age.TotalDays / 30), "month"),
            _ => ((int)(age.TotalDays / 365), "year"),
        };
        return number == 0 ? "< 1 minute" : string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")}");
    }

    private sealed record ProfileShape(
        [property: JsonPropertyName("id")] long Id,
        [property: JsonPropertyName("uid")] string Uid,
        [property: JsonPropertyName("email")] string Email,
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("login")] string Login,
        [property: JsonPropertyName("theme")] string Theme,
        [property: JsonPropertyName("orgId"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? OrgId,
        [property: JsonPropertyName("isGrafanaAdmin")] bool IsGrafanaAdmin,
        [property: JsonPropertyName("isDisabled")] bool IsDisabled,
        [property: JsonPropertyName("isExternal")] bool IsExternal,
        [property: JsonPropertyName("isExternallySynced")] bool IsExternallySynced,
        [property: JsonPropertyName("isGrafanaAdminExternallySynced")] bool IsGrafanaAdminExternallySynced,
        [property: JsonPropertyName("authLabels")] IReadOnlyList<string>? AuthLabels,
        [property: JsonPropertyName("updatedAt")] string UpdatedAt,
        [property: JsonPropertyName("createdAt")] string CreatedAt,
        [property: JsonPropertyName("avatarUrl")] string AvatarUrl,
        [property: JsonPropertyName("isProvisioned")] bool IsProvisioned);
}
