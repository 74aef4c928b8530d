namespace Athena.Common.Settings;

/// <summary>Where a person mends a setting: in the file that says it, and where none does in the daemon's own. Pure.</summary>
internal static class SettingsPlace
{
    public const string Folder = "/etc/default";

    /// <summary>The origin of what a service has and neither file says.</summary>
    public const string Unit = "Environment= of the unit or a drop-in";

    /// <summary><c>/etc/default/athena-workers</c>; several are joined by "and".</summary>
    /// <param name="daemon">Whose settings they are.</param>
    /// <param name="origins">As in <see cref="SettingValue.Origin"/>; null for what is set nowhere.</param>
    public static string Of(string daemon, params IEnumerable<string?> origins)
    {
        var places = origins.Select(origin => Of(origin, daemon)).Distinct().ToList();
        if (places.Exists(place => place == OwnOrEnvironment(daemon))) places.Remove(Own(daemon));
        return places.Count == 0 ? Own(daemon) : string.Join(" and ", places);
    }

    private static string Of(string? origin, string daemon) => origin switch
    {
        null or "default" => Own(daemon),
        "environment" => OwnOrEnvironment(daemon),
        Unit => Unit,
        ['/', ..] => origin.LastIndexOf(':') is > 0 and var colon ? origin[..colon] : origin,
        _ => $"the {origin}",
    };

    /// <summary>Of a container, or of a unit that hands its files over as no credentials, nobody can tell the two apart.</summary>
    private static string OwnOrEnvironment(string daemon) => $"{Own(daemon)} (or the environment)";

    private static string Own(string daemon) => $"{Folder}/{daemon}";
}
