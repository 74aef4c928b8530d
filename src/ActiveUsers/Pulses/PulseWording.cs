using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.ActiveUsers.Pulses;

/// <summary>What of the settings the messages depend on.</summary>
/// <param name="Brand">The name in front of every message.</param>
/// <param name="Every">How long a window is.</param>
internal sealed record PulseWording(string Brand, TimeZoneInfo Zone, TimeSpan Every, NameStyle Names)
{
    /// <summary><c>SITE_NAME</c>: which Grafana it is, where there are several; null where it is not told.</summary>
    public string? Site { get; init; }

    /// <summary>Who speaks, and of which Grafana where that is told: <c>Athena</c>, <c>Athena (North Wing)</c>.</summary>
    public string Name => UntrustedText.SingleLine(Site is null ? Brand : $"{Brand} ({Site})");

    /// <summary>Times as people of that zone write them.</summary>
    public ZoneText Clock { get; } = new(Zone);

    /// <summary>A span without the zone's name, for a message that has named it already; a day or more with its dates.</summary>
    public string Span(Window span) =>
        span.Length < TimeSpan.FromDays(1) ? $"{Clock.Clock(span.From)}–{Clock.Clock(span.To)}" : Clock.Span(span);

    /// <summary>What the window before is called.</summary>
    public string Before =>
        Every == TimeSpan.FromMinutes(15) ? "quarter before" : Every == TimeSpan.FromHours(1) ? "hour before" : "window before";
}
