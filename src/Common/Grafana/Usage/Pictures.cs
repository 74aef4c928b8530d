namespace Athena.Common.Grafana.Usage;

/// <summary>
/// The pictures that Grafana's image renderer is taking, and which requests are theirs (docs/grafana.md §4): the renderer signs in as
/// whoever asked, so its page loads, its live channel and its queries stand under a person's id. The proof is what Grafana itself writes: a
/// line at the begin, with the id, and the line of <c>GET /render/…</c> at the end, whose time spans it. What a client writes makes a
/// request of that id the picture's only within such a span, and there it only takes away: another page, another dashboard, a change are
/// not the picture's.
/// </summary>
/// <param name="timeout"><c>rendering.timeout</c>: how long one lasts whose end is not seen, as of a scheduled report, which nobody asked
/// for.</param>
internal sealed class Pictures(TimeSpan timeout)
{
    /// <summary>From the begin of a request to the line that says that its picture is begun.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>So many are remembered of one id; Grafana itself takes 30 at once. What is not remembered is a person's.</summary>
    private const int MostOfOne = 64;
    private const int Most = 20_000;

    private readonly Dictionary<long, List<Picture>> open = [];
    private int count;

    /// <param name="page">As in the line: <c>d-solo/UID/slug?orgId=1…</c>.</param>
    public void Begin(long id, DateTimeOffset at, scoped ReadOnlySpan<byte> page)
    {
        if (!open.TryGetValue(id, out List<Picture>? pictures))
            open.Add(id, pictures = []);
        count -= pictures.RemoveAll(picture => at - picture.Begin > timeout + Slack);
        if (count >= Most)
            Forget(at);
        if (count >= Most || pictures.Count >= MostOfOne)
            return;
        ReadOnlySpan<byte> path = RequestRules.PathOf(page);
        pictures.Add(new Picture(at, path.StartsWith("/"u8) ? path.ToArray() : [(byte)'/', .. path]));
        count++;
    }

    /// <summary>Its request has ended.</summary>
    /// <param name="begin">When that request began.</param>
    /// <param name="page">The path behind <c>/render</c>.</param>
    public void End(long id, DateTimeOffset begin, DateTimeOffset end, scoped ReadOnlySpan<byte> page)
    {
        if (!open.TryGetValue(id, out List<Picture>? pictures))
            return;
        Picture? ended = null;
        foreach (Picture picture in pictures)
        {
            if (picture.End is null && (picture.Begin - begin).Duration() <= Slack && page.SequenceEqual(picture.Page)
                && !((ended?.Begin - begin)?.Duration() < (picture.Begin - begin).Duration()))
                ended = picture;
        }
        if (ended is not null)
            ended.End = end;
    }

    /// <summary>Whether a request is one of a picture's own.</summary>
    /// <param name="isFetch">It only asks for something: a <c>GET</c>, or a query.</param>
    public bool Holds(long id, DateTimeOffset at, scoped ReadOnlySpan<byte> path, scoped ReadOnlySpan<byte> referer, bool isFetch)
    {
        if (count == 0 || !open.TryGetValue(id, out List<Picture>? pictures))
            return false;
        foreach (Picture picture in pictures)
        {
            if (at >= picture.Begin && at <= (picture.End ?? picture.Begin + timeout) && IsOf(picture, path, referer, isFetch))
                return true;
        }
        return false;
    }

    /// <summary>Whether one that was begun may last until then.</summary>
    public bool MayHold(long id, DateTimeOffset at) =>
        open.TryGetValue(id, out List<Picture>? pictures) && pictures.Exists(picture => at <= picture.Begin + timeout + Slack);

    /// <summary>Adds those of the lines that follow.</summary>
    public void Join(Pictures later)
    {
        foreach ((long id, List<Picture> pictures) in later.open)
        {
            foreach (Picture picture in pictures)
            {
                Begin(id, picture.Begin, picture.Page);
                if (open[id] is [.., var last] && last.Begin == picture.Begin)
                    last.End = picture.End;
            }
        }
    }

    private static bool IsOf(Picture picture, scoped ReadOnlySpan<byte> path, scoped ReadOnlySpan<byte> referer, bool isFetch)
    {
        if (RequestRules.IsPageByItself(path))
            return true;
        if (!isFetch)
            return false;
        ReadOnlySpan<byte> uid = RequestRules.DashboardOfPage(picture.Page);
        if (referer.IsEmpty)
            return path.SequenceEqual(picture.Page) || (!uid.IsEmpty && RequestRules.DashboardOfPage(path).SequenceEqual(uid));
        if (!RequestRules.HasRenderMark(referer))
            return false;
        ReadOnlySpan<byte> shown = RequestRules.DashboardOnScreen(referer);
        bool isSamePage = uid.IsEmpty ? RequestRules.PathOf(referer).EndsWith(picture.Page) : shown.SequenceEqual(uid);
        return isSamePage && RequestRules.OpenedDashboard(path) is var opened && (opened.IsEmpty || opened.SequenceEqual(uid));
    }

    private void Forget(DateTimeOffset at)
    {
        foreach ((long id, List<Picture> pictures) in open.ToList())
        {
            count -= pictures.RemoveAll(picture => at - picture.Begin > timeout + Slack);
            if (pictures.Count == 0)
                open.Remove(id);
        }
    }

    private sealed class Picture(DateTimeOffset begin, byte[] page)
    {
        public DateTimeOffset Begin => begin;

        /// <summary>Path of the page, without its query.</summary>
        public byte[] Page => page;

        /// <summary>Null while its end was not seen.</summary>
        public DateTimeOffset? End { get; set; }
    }
}
