using System.Text;
using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// Who came and went, and what they wrote. A line of a sign-in names nobody: who came is whoever was given a page from <c>/login</c>
/// (recorded; docs/grafana.md §1). A sign-in by another server leaves no such line, and is not seen.
/// </summary>
internal sealed class AccessCounter
{
    /// <summary>Signs of a path that are kept: whoever may write chooses how long it is.</summary>
    private const int LongestPath = 300;

    private const int LongestAddress = 64;

    private readonly Dictionary<(long Id, long OrgId), (long In, long Out)> passages = [];
    private readonly Dictionary<string, long> refused = new(StringComparer.Ordinal);
    private readonly List<AccessWrite> writes = [];
    private bool isCut;

    /// <summary>A request of somebody who is signed in, and not ours.</summary>
    /// <param name="path">Decoded.</param>
    /// <param name="referer">Decoded, without its query.</param>
    public void Take(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path, scoped ReadOnlySpan<byte> referer)
    {
        if (!line.Method.Equals("GET"u8))
            TakeWrite(line, time, path);
        else if (line.Status == 200 && referer.EndsWith("/login"u8) && RequestRules.IsPage(path))
            Add((line.UserId, line.OrgId), (1, 0));
        else if (path.SequenceEqual("/logout"u8))
            Add((line.UserId, line.OrgId), (0, 1));
    }

    /// <summary>A sign-in by form that Grafana refused, for whatever reason.</summary>
    /// <param name="address">As logged: behind a proxy, the proxy's.</param>
    public void TakeRefused(LogText address) => Add(Cut(address.ToString(), LongestAddress), 1);

    /// <summary>Adds what was counted of the lines that follow.</summary>
    public void Join(AccessCounter later)
    {
        foreach (var (who, more) in later.passages)
            Add(who, more);
        foreach (var (address, more) in later.refused)
            Add(address, more);
        foreach (AccessWrite write in later.writes)
            Add(write);
        isCut |= later.isCut;
    }

    public AccessTally Snapshot() => new(
        [.. passages.OrderBy(one => one.Key).Select(one => new AccessPassages(one.Key.Id, one.Key.OrgId, one.Value.In, one.Value.Out))],
        new Dictionary<string, long>(refused, StringComparer.Ordinal),
        [.. writes.OrderBy(write => write.At)],
        isCut);

    private void TakeWrite(scoped in LogLine line, DateTimeOffset time, scoped ReadOnlySpan<byte> path)
    {
        if (line.Status is >= 200 and < 300 && ChangeRules.Method(line.Method.Raw) is { } method && WriteRules.IsWrite(path))
            Add(new AccessWrite(time, line.UserId, line.OrgId, method, Cut(Encoding.UTF8.GetString(path), LongestPath)));
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most] + "…";

    private void Add(AccessWrite write)
    {
        if (writes.Count < ActivityBounds.Access)
            writes.Add(write);
        else
            isCut = true;
    }

    private void Add((long Id, long OrgId) who, (long In, long Out) more)
    {
        if (!passages.TryGetValue(who, out var known) && passages.Count >= ActivityBounds.Access)
            isCut = true;
        else
            passages[who] = (known.In + more.In, known.Out + more.Out);
    }

    private void Add(string address, long more)
    {
        if (!refused.TryGetValue(address, out var known) && refused.Count >= ActivityBounds.Access)
            isCut = true;
        else
            refused[address] = known + more;
    }
}

/// <summary>Who came and went in a window, and what they wrote in Grafana.</summary>
/// <param name="Passages">By id and organisation.</param>
/// <param name="Refused">Refused sign-ins by the address that the lines claim; hostile text. The log does not name the login.</param>
/// <param name="Writes">In order of time.</param>
/// <param name="IsCut">Something more was left out (<see cref="ActivityBounds.Access"/>).</param>
public sealed record AccessTally(
    IReadOnlyList<AccessPassages> Passages, IReadOnlyDictionary<string, long> Refused, IReadOnlyList<AccessWrite> Writes, bool IsCut);

/// <summary>How often somebody came by the login page, and left by the menu.</summary>
public readonly record struct AccessPassages(long Id, long OrgId, long SignIns, long SignOuts);

/// <summary>Something that Grafana was told to make, change or delete, and did.</summary>
/// <param name="Path">Without the query; hostile text.</param>
public sealed record AccessWrite(DateTimeOffset At, long Id, long OrgId, string Method, string Path);

/// <summary>
/// Which requests that are no <c>GET</c> write something: all, except those by which a page asks, tells how it runs, or keeps what only the
/// asker sees. What a later Grafana brings is written down rather than passed over.
/// </summary>
internal static class WriteRules
{
    private static readonly byte[][] Asking =
    [
        "/api/ds/"u8.ToArray(), "/api/live/"u8.ToArray(), "/api/frontend-metrics"u8.ToArray(), "/api/user/auth-tokens/"u8.ToArray(),
        "/api/query-history"u8.ToArray(), "/api/short-urls"u8.ToArray(), "/api/frontend/"u8.ToArray(), "/api/annotations/mass-"u8.ToArray(),
        "/api/prometheus/"u8.ToArray(), "/apis/query.grafana.app/"u8.ToArray(), "/apis/features.grafana.app/"u8.ToArray(),
        "/api/v1/eval"u8.ToArray(), "/api/v1/rule/test/"u8.ToArray(), "/log"u8.ToArray(), "/api/public/"u8.ToArray(),
    ];

    /// <param name="path">Decoded.</param>
    public static bool IsWrite(scoped ReadOnlySpan<byte> path)
    {
        foreach (byte[] folder in Asking)
        {
            if (path.StartsWith(folder))
                return false;
        }
        return !RequestRules.IsQuery(path) && !RequestRules.IsDataForVisitor(path) && !path.EndsWith("/search"u8);
    }
}
