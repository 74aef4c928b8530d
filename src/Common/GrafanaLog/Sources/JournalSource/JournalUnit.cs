namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>Whose lines of which journal are read.</summary>
/// <param name="Name">The systemd unit, with its suffix: <c>grafana-server.service</c>.</param>
/// <param name="Directory">
/// Where the journal files lie, for a journal that is another machine's or a container's; null for this machine's own.
/// </param>
public sealed record JournalUnit(string Name, string? Directory = null)
{
    /// <summary>As in <see cref="LogPosition.Source"/> and in the setting: <c>journal:UNIT</c> or <c>journal:/DIRECTORY/UNIT</c>.</summary>
    public string Source => Directory is null ? $"journal:{Name}" : $"journal:{Directory}/{Name}";

    /// <summary>
    /// Reads what stands behind <c>journal:</c>. A unit's name has no slash (systemd.unit(5)), so whatever is before the last one is a
    /// directory.
    /// </summary>
    /// <returns>Null when it is no unit's name.</returns>
    public static JournalUnit? TryParse(string text)
    {
        int slash = text.LastIndexOf('/');
        string name = text[(slash + 1)..];
        bool isName = name.Length is > 0 and < 256
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.' or '\\' or '@');
        bool isService = name.IndexOf('.') > 0 && !name.EndsWith('.');
        if (!isName || !isService || (slash >= 0 && !text.StartsWith('/')))
            return null;
        return slash < 0 ? new JournalUnit(name) : new JournalUnit(name, slash == 0 ? "/" : text[..slash].TrimEnd('/'));
    }
}
