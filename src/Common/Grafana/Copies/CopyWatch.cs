using Athena.Common.GrafanaLog.Line;
using Athena.Common.Text;

namespace Athena.Common.Grafana.Copies;

/// <summary>
/// Finds another copy of this daemon in Grafana's log: two installations that both work within five minutes, in the order of the log alone,
/// because the clocks of two hosts do not agree. What lies before our own first request may be what this host, or the one it replaces, did
/// before, and is no sign. Not thread-safe.
/// </summary>
/// <param name="component">As the referer names it: <c>auto-disable</c>.</param>
/// <param name="installation">Our own id.</param>
public sealed class CopyWatch(string component, string installation)
{
    /// <summary>How near two installations must work for it to be at the same time.</summary>
    public static readonly TimeSpan Nearness = TimeSpan.FromMinutes(5);

    private const int Longest = 45;

    private readonly byte[] component = System.Text.Encoding.ASCII.GetBytes(component);
    private readonly byte[] own = System.Text.Encoding.ASCII.GetBytes(installation);
    private DateTimeOffset? ownAt;

    /// <summary>The copy that was seen last; null when none was.</summary>
    public OtherCopy? Found { get; private set; }

    /// <summary>
    /// How the other copy of the last line is called in a sentence. What worked before our own first request is, for all that the log
    /// shows, this daemon's own earlier life: the host that was replaced, or the state directory of before a restore.
    /// </summary>
    public string OtherName { get; private set; } = "";

    /// <summary>Takes a request line of our own account.</summary>
    /// <returns>Whose it is.</returns>
    public LineOwner Take(scoped in LogLine line)
    {
        var referer = line.Referer.IsEscaped ? System.Text.Encoding.UTF8.GetBytes(line.Referer.ToString()) : line.Referer.Raw;
        if (!OwnReferer.TryRead(referer, component, out var other)) return LineOwner.Nobody;
        if (other.SequenceEqual(own))
        {
            if (line.Time > ownAt || ownAt is null) ownAt = line.Time;
            return LineOwner.Ourselves;
        }

        if (other.SequenceEqual("command"u8)) return LineOwner.Ourselves;

        // Version 0.1.0 named no installation: before our own first request that was this host's daemon before its upgrade.
        if (other.IsEmpty && ownAt is null) return LineOwner.Ourselves;
        var copy = new OtherCopy(
            Short(System.Text.Encoding.UTF8.GetString(other)),
            Short(line.RemoteAddress.ToString()),
            line.Time ?? default,
            line.Time ?? default,
            1);
        OtherName = ownAt is null ? $"an earlier installation of this daemon ({copy.Name})" : $"another copy of this daemon ({copy.Name})";
        if (line.Time is { } at && ownAt is { } ours && (at - ours).Duration() <= Nearness) Note(copy);
        return LineOwner.OtherCopy;
    }

    private void Note(OtherCopy seen) => Found = Found is not { } known || known.Installation != seen.Installation ? seen : known with
    {
        Address = seen.Address,
        LastAt = seen.LastAt > known.LastAt ? seen.LastAt : known.LastAt,
        Requests = known.Requests + 1,
    };

    /// <summary>
    /// An id has twelve signs and an address at most 45; the rest is no more than what somebody typed who has our account.
    /// </summary>
    private static string Short(string text) => VisibleText.Escape(text.Length > Longest ? text[..Longest] : text);
}
