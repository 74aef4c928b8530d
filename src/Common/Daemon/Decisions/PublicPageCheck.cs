using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Athena.Common.Checks;
using Athena.Common.Daemon.Units;
using Athena.Common.Network;

namespace Athena.Common.Daemon.Decisions;

/// <summary>
/// The part of <c>check</c> that opens the page of decisions as a browser does, with a link that nobody has, and holds what comes against
/// what leaves this host.
/// </summary>
public static class PublicPageCheck
{
    private const string Usual = "127.0.0.1:8377";

    /// <summary>Looks at the page with the eyes of a browser, and at the same page on this host.</summary>
    /// <param name="pageOf">The address of a link, by the link's last part.</param>
    /// <param name="signsIn">Whether people sign in at the proxy, which then answers whoever has not.</param>
    /// <param name="listens">Where it listens on this host; null: systemd is asked.</param>
    public static async Task<IReadOnlyList<CheckFinding>> RunAsync(
        Func<string, Uri> pageOf, bool signsIn, TimeProvider time, string? listens, CancellationToken cancel)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        using var published = new PublishedText(time);
        var outside = await published.FetchAsync(pageOf(token), cancel).ConfigureAwait(false);
        var here = await HereAsync(token, listens, time, cancel).ConfigureAwait(false);
        var address = pageOf("").AbsoluteUri;
        var place = address[..address.LastIndexOf("/athena/", StringComparison.Ordinal)];
        if (PageOnTheWay.Obstacle(place, outside, here?.Page, signsIn) is { } obstacle) return [obstacle];

        // The page of a link that nobody has is of status 404, with which proxies leave more as it is than with 200.
        var sample = await published.FetchAsync(pageOf(PageOnTheWay.Sample), cancel).ConfigureAwait(false);
        if (sample.Status != (int)HttpStatusCode.OK) return PageOnTheWay.Compare(place, outside, here?.Page);
        var same = here is { } at ? await InsideAsync(at.Listens, PageOnTheWay.Sample, time, cancel).ConfigureAwait(false) : null;
        return PageOnTheWay.Compare(place, sample, same);
    }

    /// <summary>The page as it leaves this host, and where; null where it is not to be had, or something else answers there.</summary>
    private static async Task<(string Listens, PublishedPage Page)?> HereAsync(
        string token, string? listens, TimeProvider time, CancellationToken cancel)
    {
        var units = listens is null ? await PageUnits.ReadAsync(cancel).ConfigureAwait(false) : null;
        foreach (var at in listens is not null ? [listens] : units is { Listens.Count: > 0 } ? units.Listens : [Usual])
        {
            var page = await InsideAsync(at, token, time, cancel).ConfigureAwait(false);
            if (PageOnTheWay.IsOurs(page)) return (at, page);
        }

        return null;
    }

    private static async Task<PublishedPage> InsideAsync(string listens, string last, TimeProvider time, CancellationToken cancel)
    {
        var isPath = Path.IsPathRooted(listens);
        using var local = new PublishedText(time, isPath ? listens : null);
        return await local.FetchAsync(new Uri($"http://{(isPath ? "page" : listens)}/athena/decide/{last}"), cancel).ConfigureAwait(false);
    }
}
