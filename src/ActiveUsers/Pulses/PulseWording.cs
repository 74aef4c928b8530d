namespace Athena.ActiveUsers.Pulses;

/// <summary>What of the settings the messages depend on.</summary>
/// <param name="Brand">The name in front of every message.</param>
/// <param name="Every">How long a window is.</param>
internal sealed record PulseWording(string Brand, TimeZoneInfo Zone, TimeSpan Every, NameStyle Names)
{
    /// <summary>What the window before is called.</summary>
    public string Before => Every == TimeSpan.FromMinutes(15) ? "quarter before" : Every == TimeSpan.FromHours(1) ? "hour before" : "window before";
}
