using Athena.Common.GrafanaLog.Line;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Copies;

/// <summary>
/// Finds another copy of this daemon in Grafana's log: two installations that both work within five minutes, in the order of the log alone,
/// because the clocks of two hosts do not agree. What lies before our own first request may be what this host, or the one it replaces, did
/// before, and is no sign; nor is what lies before our own start, where a state that was put back has this host read again what it did
/// under more than one id. Not thread-safe.
/// </summary>
/// <param name="component">As the referer names it: <c>auto-disable</c>.</param>
/// <param name="installation">Our own id.</param>
/// <param name="since">Our start.</param>
public sealed class CopyWatch(string component, string installation, DateTimeOffset since = default)
{
    /// <summary>How one that worked before our own first request is called.</summary>
    public const string Earlier = "an earlier installation of this daemon";

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
        OtherName = ownAt is null ? $"{Earlier} ({copy.Name})" : $"another copy of this daemon ({copy.Name})";
        if (line.Time is { } at && ownAt is { } ours && ours >= since && (at - ours).Duration() <= Nearness) Note(copy);
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

/// <summary>Whose a request of the daemons' account is.</summary>
public enum LineOwner
{
    /// <summary>None that this daemon makes: another daemon's, or a person's.</summary>
    Nobody,

    /// <summary>This installation's, the daemon's or one of its commands'.</summary>
    Ourselves,

    /// <summary>Another installation of this daemon.</summary>
    OtherCopy,
}

/// <summary>What is known of another copy of this daemon that works on the same Grafana.</summary>
/// <param name="Installation">Its id, escaped; empty for one of version 0.1.0, which had none.</param>
/// <param name="Address">From where it asked last, as Grafana's log has it.</param>
/// <param name="FirstAt">The log's time of its first request that was seen.</param>
/// <param name="LastAt">That of its last one.</param>
/// <param name="Requests">How many were seen.</param>
public sealed record OtherCopy(string Installation, string Address, DateTimeOffset FirstAt, DateTimeOffset LastAt, int Requests)
{
    /// <summary>How it is called in a sentence.</summary>
    public string Name => Installation.Length > 0 ? $"installation {Installation}" : "an installation of version 0.1.0";

    /// <summary>The same without the times, so that it stays the same while the copy works.</summary>
    public string Warning(string daemon) =>
        $"Another copy of {daemon} works on this Grafana with the same account: {Name}, from {Address}. " +
        $"Everything is said twice. Stop one of them: systemctl disable --now {daemon} on the host that is not to work on it any more.";

    /// <summary>What is known, and what to do about it.</summary>
    public string Sentence(string daemon, ZoneText clock) =>
        $"Another copy of {daemon} works on this Grafana with the same account: {Name}, from {Address}, first seen "
        + $"{clock.Second(FirstAt)}, last seen {clock.Second(LastAt)}. "
        + $"Each remembers what the other does not. Stop one of them: systemctl disable --now {daemon} on the host that is not to guard "
        + "any more.";
}

/// <summary>
/// How our requests name themselves in Grafana's log: <c>GRAFANA_URL/athena-workers/DAEMON/INSTALLATION</c>. Anybody may send such a
/// referer: it means something only in a line of our own account. Pure.
/// </summary>
public static class OwnReferer
{
    private static ReadOnlySpan<byte> Platform => "/athena-workers/"u8;

    /// <summary>
    /// The installation that a referer names; empty where it names none, as in version 0.1.0. False when it is not that of
    /// <paramref name="component"/>. The spelling of the host does not matter: daemons name the same Grafana in different ways.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> referer, ReadOnlySpan<byte> component, out ReadOnlySpan<byte> installation)
    {
        installation = default;
        var at = referer.LastIndexOf(Platform);
        if (at < 0) return false;
        var own = referer[(at + Platform.Length)..];
        if (!own.StartsWith(component)) return false;
        own = own[component.Length..];
        if (own.IsEmpty) return true;
        if (own[0] != (byte)'/') return false;
        installation = own[1..];
        return !installation.ContainsAny("/?#"u8);
    }
}
