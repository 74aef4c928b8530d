using System.Text.RegularExpressions;
using Athena.Common.Grafana.Usage;
using Athena.Common.Tests.GrafanaLog;

namespace Athena.Common.Tests.Grafana.Usage;

/// <summary>
/// Says of a log what <see cref="ActivityCounter"/> says of it, in quite another way, to check it: over strings, with regular expressions
/// and queries over all lines at once. Slow, and shares no code with it.
/// </summary>
internal static partial class PlainCounter
{
    /// <summary>Anything but a word that is a route of its own there, which browsers use.</summary>
    private const string Id = @"(?!(search|lookup)(/|\z))[^/]+";

    /// <summary>The facts as lines of text, so that a difference can be read.</summary>
    public static string[] Facts(IEnumerable<byte[]> lines, ActivityCounterOptions options)
    {
        Entry[] entries =
        [
            .. lines.Select(SecondReader.Fields).OfType<Dictionary<string, string>>().Where(fields => fields.ContainsKey("level"))
                .Select((fields, index) => new Entry(fields, index)),
        ];
        Entry[] requests = [.. entries.Where(entry => entry["logger"] == "context" && entry["msg"] == "Request Completed")];
        Entry[] refusals = [.. entries.Where(entry => entry["logger"] == "authn.service" && entry["msg"] == "Failed to authenticate request"
            && (Locked().IsMatch(entry["error"]) || Compared().IsMatch(entry["error"])
                || (Refused().IsMatch(entry["client"] + " " + entry["error"]) && !Outage().IsMatch(entry["error"]))))];

        bool IsOurs(Entry entry) => OurReferer().IsMatch(entry["referer"]) && (entry.Id <= 0
            ? entry["path"] == "/login"
            : options.OwnIds.Contains(entry.Id) && OurCalls().IsMatch(entry["method"] + " " + entry["path"]));
        bool IsProbe(Entry entry) => entry.Id <= 0 && entry["method"] == "GET" && Probe().IsMatch(entry["path"]);
        Entry[] counted = [.. requests.Where(entry => !options.IgnoredIds.Contains(entry.Id) && !IsOurs(entry) && !IsProbe(entry))];
        Shot[] shots = [.. Shots(entries, requests)];
        Entry[] own = [.. requests.Where(entry => entry.Id > 0 && !options.IgnoredIds.Contains(entry.Id) && IsOurs(entry))];
        Entry[] given = [.. counted.Where(entry => entry.Id <= 0 && entry.Status == 200 && !shots.Any(shot => shot.Holds(entry)))];
        (Entry Entry, string Uid)[] visits =
        [
            .. given.Where(entry => entry["method"] == "GET").Select(entry => (entry, Visit(entry["path"])))
                .Where(visit => visit.Item2 != ""),
        ];
        Entry[] signedIn = [.. counted.Where(entry => entry.Id > 0)];
        Entry[] answered = [.. counted.Where(entry => entry.Status >= 100)];
        Entry[] pages =
        [
            .. answered.Where(entry => entry is { Status: 200 } && entry["method"] == "GET" && !NoPage().IsMatch(entry["path"])),
        ];
        Entry[] changes =
        [
            .. requests.Where(entry => entry.Id > 0 && !options.IgnoredIds.Contains(entry.Id) && entry.Status is >= 200 and <= 299
            && Writes().IsMatch(entry["method"]) && Change().IsMatch(Slashes().Replace(entry["path"], "/").TrimEnd('/')))];
        var logins = signedIn.GroupBy(entry => entry.Id)
            .ToDictionary(user => user.Key, user => user.OrderBy(entry => entry.Time).Last()["uname"]);

        return
        [
            .. signedIn.GroupBy(entry => (entry.Id, entry.Org)).Select(row => Row(row.Key, logins[row.Key.Id], [.. row], shots))
                .Order(StringComparer.Ordinal),
            $"anonymous {counted.Count(entry => entry.Id <= 0)}",
            $"visitors {visits.GroupBy(visit => (visit.Entry.Org, visit.Uid)).Sum(same => Openings(same.Select(visit => visit.Entry)))} "
                + $"{given.Except(visits.Select(visit => visit.Entry)).Count(entry => VisitorData().IsMatch(entry["path"]))}",
            $"own {own.Length}",
            .. own.Where(entry => entry.Status is (>= 200 and <= 299) or 500 && Lock().IsMatch(entry["path"]))
                .GroupBy(entry => Lock().Match(entry["path"]).Groups[1].Value)
                .Select(same => $"lock {same.Key} {same.Min(entry => entry.Time):O}").Order(StringComparer.Ordinal),
            $"failed {refusals.Count(entry => !Locked().IsMatch(entry["error"]) && entry["client"] != "auth.client.api-key")}",
            $"tokens {refusals.Count(entry => !Locked().IsMatch(entry["error"]) && entry["client"] == "auth.client.api-key")}",
            $"locked {refusals.Count(entry => Locked().IsMatch(entry["error"]))}",
            $"disabled {requests.Count(entry => entry.Id <= 0 && !IsProbe(entry) && entry["errorMessageID"] == "identity.disabled")}",
            $"denied {entries.Count(entry => IsDenial(entry) && !options.IgnoredIds.Contains(entry.Id))}",
            $"sign-ups {entries.Count(entry => entry["logger"] == "http.server" && entry["msg"] == "Successful Login")}",
            $"logins {answered.Count(entry => entry.Status == 200 && entry["method"] == "POST" && entry["path"] == "/login")}",
            $"answered {answered.Length}, errors {answered.Count(entry => entry.Status is >= 500 and <= 599)}, pages {pages.Length}",
            $"routine {requests.Any(entry => entry.Status is 200 or 304)}",
            .. requests.Where(IsProbe).Select(entry => $"probe {Probe().Match(entry["path"]).Groups[1].Value} {entry.Time:O}")
                .Order(StringComparer.Ordinal),
            .. changes.Select(entry =>
                $"change {entry.Time:O} {entry.Id} {entry["uname"]} {entry["method"]} {entry["path"]} {entry.Id > 0 && IsOurs(entry)}")
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The same of what the counter says.</summary>
    public static string[] Facts(Activity activity) =>
    [
        .. activity.Users.Select(row =>
            $"{row.Id} {row.OrgId} [{row.Login}] {row.Requests} {row.RendererRequests} {row.FirstSeen:O} {row.LastSeen:O} {row.Proof} "
            + $"{row.IsInBrowser} "
            + string.Join(' ', row.Dashboards.Select(dashboard => $"{dashboard.Uid}:{dashboard.Opens}:{dashboard.IsOnScreen}")
                .Order(StringComparer.Ordinal)))
            .Order(StringComparer.Ordinal),
        $"anonymous {activity.AnonymousRequests}",
        $"visitors {activity.VisitorOpens} {activity.VisitorViews - activity.VisitorOpens}",
        $"own {activity.OwnRequests}",
        .. activity.Locks.Select(locked => $"lock {locked.Key} {locked.Value:O}").Order(StringComparer.Ordinal),
        $"failed {activity.Security.FailedLogins}",
        $"tokens {activity.Security.RefusedTokens}",
        $"locked {activity.Security.LockedLogins}",
        $"disabled {activity.Security.DisabledUserAttempts}",
        $"denied {activity.Security.AccessDenied}",
        $"sign-ups {activity.Security.SignUps}",
        $"logins {activity.Security.Logins}",
        $"answered {activity.Pages.Requests}, errors {activity.Pages.ServerErrors}, pages {activity.Pages.PageLoads}",
        $"routine {activity.HasRoutineLines}",
        .. activity.ProbeEchoes.Select(echo => $"probe {echo.Nonce} {echo.At:O}").Order(StringComparer.Ordinal),
        .. activity.Changes.Select(change =>
            $"change {change.At:O} {change.ById} {change.ByLogin} {change.Method} {change.Path} {change.ByOurselves}")
            .Order(StringComparer.Ordinal),
    ];

    private static string Row((long Id, long Org) key, string login, Entry[] entries, Shot[] shots)
    {
        Entry[] ofShots = [.. entries.Where(entry => shots.Any(shot => shot.Holds(entry)))];
        Entry[] rendered = [.. ofShots.Where(entry => !ByItself().IsMatch(entry["path"]))];
        Entry[] people = [.. entries.Except(ofShots)];
        bool isInBrowser = people.Any(entry => ByItself().IsMatch(entry["path"]) || entry["referer"] != ""
            || (entry["method"] == "GET" && entry.Status == 200 && !NoPage().IsMatch(entry["path"])));
        Entry[] deeds = [.. people.Where(entry => !ByItself().IsMatch(entry["path"]))];
        Entry[] opens = [.. deeds.Where(entry => entry["method"] == "GET" && entry.Status == 200 && Opened(entry) != "")];
        Entry[] queries = [.. deeds.Except(opens).Where(entry => Query().IsMatch(entry["path"]))];
        ActivityProof proof = opens.Length > 0 ? ActivityProof.OpenedDashboard
            : queries.Length > 0 ? ActivityProof.Queried
            : deeds.Length > 0 ? ActivityProof.Other
            : rendered.Length > 0 ? ActivityProof.RendererOnly
            : ActivityProof.TabOnly;

        string[] shown =
        [
            .. queries.Where(entry => entry.Status is not (401 or 403 or 404))
                .Select(entry => OnScreen().Match(entry["referer"]).Groups["uid"].Value).Where(uid => uid != ""),
        ];
        IEnumerable<string> dashboards = opens.Select(Opened).Union(shown)
            .Select(uid => $"{uid}:{Openings(opens.Where(entry => Opened(entry) == uid))}:{shown.Contains(uid)}");
        return $"{key.Id} {key.Org} [{login}] {entries.Length} {rendered.Length} {entries.MinBy(entry => entry.Time)!.Time:O} "
            + $"{entries.MaxBy(entry => entry.Time)!.Time:O} {proof} {isInBrowser} "
            + string.Join(' ', dashboards.Order(StringComparer.Ordinal));
    }

    /// <summary>Fetches in the order of the log; one in another form within five seconds is of the same opening.</summary>
    private static int Openings(IEnumerable<Entry> fetches)
    {
        int openings = 0;
        (DateTimeOffset At, HashSet<string> Forms) last = (default, []);
        foreach (Entry fetch in fetches)
        {
            string form = Form().Match(fetch["path"]).Groups[1].Value;
            if (openings > 0 && !last.Forms.Contains(form) && (fetch.Time - last.At).Duration() <= TimeSpan.FromSeconds(5))
            {
                last.Forms.Add(form);
                continue;
            }
            openings++;
            last = (fetch.Time, [form]);
        }
        return openings;
    }

    /// <summary>
    /// Each picture with its end, which is that of the request of the same path that began when it did. What is said later in the log
    /// changes nothing of what stands before; a picture of long ago is forgotten when the next one begins.
    /// </summary>
    private static IEnumerable<Shot> Shots(Entry[] entries, Entry[] requests)
    {
        List<Shot> shots = [];
        foreach (Entry entry in entries)
        {
            if (entry["logger"] == "rendering" && entry["msg"] == "Rendering")
            {
                var begun = new Shot(entry);
                foreach (Shot old in shots.Where(shot =>
                    shot.Id == begun.Id && begun.Begin - shot.Begin > TimeSpan.FromSeconds(62) && shot.ForgottenAt == int.MaxValue))
                    old.ForgottenAt = entry.Index;
                shots.Add(begun);
            }
            if (!requests.Contains(entry) || entry.Status != 200 || entry["method"] != "GET"
                || !entry["path"].StartsWith("/render/", StringComparison.Ordinal))
                continue;
            DateTimeOffset begin = entry.Time.AddMilliseconds(-entry.Milliseconds);
            if (shots.Where(shot =>
                shot.Id == entry.Id && shot.End is null && shot.ForgottenAt > entry.Index && "/render" + shot.Page == entry["path"]
                    && (shot.Begin - begin).Duration() <= TimeSpan.FromSeconds(2))
                .MinBy(shot => (shot.Begin - begin).Duration()) is { } ended)
                ended.End = entry;
        }
        return shots;
    }

    private static string Visit(string path) =>
        Visited().Match(path) is { Success: true } match ? string.Concat(match.Groups["uid"].Value.Take(128)) : "";

    private static string Opened(Entry entry) => Open().Match(entry["path"]).Groups["uid"].Value;

    private static bool IsDenial(Entry entry) => entry["logger"] == "context" && entry["msg"] == "Access denied";

    [GeneratedRegex("too many consecutive incorrect login attempts")]
    private static partial Regex Locked();

    [GeneratedRegex(@"\[password-auth\.invalid\]")]
    private static partial Regex Compared();

    /// <summary>A client that can be refused, and a message id, which an API key's words may lack.</summary>
    [GeneratedRegex(
        @"\A(?!\S*\.(session|anonymous|render) )(?!.*(user token not found|session\.token\.rotate))(\S*\.api-key .*|\S* \[.*)\z",
        RegexOptions.Singleline)]
    private static partial Regex Refused();

    [GeneratedRegex(
        @"dial (tcp|unix)|connection (refused|reset)|broken pipe|timeout|no such host|no route|deadline|canceled|EOF\z|pq: |sql: |SQLSTATE|bad connection")]
    private static partial Regex Outage();

    [GeneratedRegex("^/d/athena-probe-([^/]+)")]
    private static partial Regex Probe();

    [GeneratedRegex("^/(api|apis|public|avatar|render)/")]
    private static partial Regex NoPage();

    [GeneratedRegex("^(POST|PUT|PATCH|DELETE)$")]
    private static partial Regex Writes();

    [GeneratedRegex(
        @"^/(api/((admin|users|org|orgs|teams|serviceaccounts|access-control)(?!.*/search$)(/|$)|auth/keys(/|$)|v1/sso-settings(/|$)|(dashboards|folders)/.*permissions$)|apis/iam\.grafana\.app(/|$))",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Change();

    [GeneratedRegex("/+")]
    private static partial Regex Slashes();

    [GeneratedRegex(@"\A(/api/live/ws|/api/frontend-metrics|/api/user/auth-tokens/rotate)\z")]
    private static partial Regex ByItself();

    [GeneratedRegex(@"^[^?]*\?(.*&)?render=1(&|#|\z)", RegexOptions.Singleline)]
    private static partial Regex Rendered();

    [GeneratedRegex("^/d(-solo)?/([^/]*)")]
    private static partial Regex Shell();

    [GeneratedRegex(@"\A[^:]+://[^?#]+/athena-workers/", RegexOptions.Singleline)]
    private static partial Regex OurReferer();

    [GeneratedRegex(@"\A(POST /api/(user/auth-tokens/rotate|admin/users(/" + Id + @"/(disable|enable|logout))?|orgs/" + Id + @"/users)"
        + "|GET /api/(user|users|users/lookup|users/" + Id + "(/orgs)?|orgs|org/invites|admin/settings|admin/users/" + Id
        + "/auth-tokens|serviceaccounts/(search|" + Id + ")|dashboards/uid/" + Id + ")"
        + "|PATCH /api/orgs/" + Id + "/users/" + Id + "|DELETE /api/(admin/users|serviceaccounts)/" + Id + @")\z", RegexOptions.Singleline)]
    private static partial Regex OurCalls();

    [GeneratedRegex(@"\A/api/admin/users/(.+)/disable\z", RegexOptions.Singleline)]
    private static partial Regex Lock();

    [GeneratedRegex(
        @"\A(/api/dashboards/uid/(?<uid>[^/]+)|/apis/dashboard\.grafana\.app/[^/]+/namespaces/[^/]+/dashboards/(?<uid>[^/]+)/dto|/apis/dashboard\.grafana\.app/((?!/dashboards/).)*?/dashboards/(?<uid>[^/]+)|/api/(public/dashboards|snapshots)/(?<uid>[^/]+)|(?<uid>/render/.*))\z",
        RegexOptions.Singleline)]
    private static partial Regex Visited();

    [GeneratedRegex(
        @"\A(/api.*/query|/api/datasources/.*/(proxy|resources)/.*)\z|\A/api/datasources/(proxy|resources)/", RegexOptions.Singleline)]
    private static partial Regex VisitorData();

    [GeneratedRegex(@"\A/apis/dashboard\.grafana\.app/([^/]*)", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("^/apis/features\\.grafana\\.app/.*/evaluate/flags$", RegexOptions.Singleline)]
    private static partial Regex Flags();

    private sealed class Shot(Entry entry)
    {
        public long Id { get; } = long.Parse(entry["userID"]);

        public DateTimeOffset Begin => entry.Time;

        public string Page { get; } = "/" + entry["path"].TrimStart('/').Split('?', '#')[0];

        public Entry? End { get; set; }

        public int ForgottenAt { get; set; } = int.MaxValue;

        public bool Holds(Entry request)
        {
            DateTimeOffset end = End?.Index < request.Index ? End.Time : Begin.AddSeconds(60);
            if (Math.Max(request.Id, 0) != Id || request.Index < entry.Index || request.Index > ForgottenAt || request.Time < Begin
                || request.Time > end)
                return false;
            if (ByItself().IsMatch(request["path"]))
                return true;
            bool isFetch = request["method"] == "GET"
                || (request["method"] == "POST" && (Query().IsMatch(request["path"]) || Flags().IsMatch(request["path"])))
                || (request.Id <= 0 && VisitorData().IsMatch(request["path"]));
            string uid = Shell().Match(Page).Groups[2].Value;
            if (!isFetch)
                return false;
            if (request["referer"] == "")
                return request["path"] == Page || (uid != "" && Shell().Match(request["path"]).Groups[2].Value == uid);
            string opened = Opened(request);
            return Rendered().IsMatch(request["referer"]) && (opened == "" || opened == uid)
                && (uid == ""
                    ? request["referer"].Split('?', '#')[0].EndsWith(Page, StringComparison.Ordinal)
                    : OnScreen().Match(request["referer"]).Groups["uid"].Value == uid);
        }
    }

    [GeneratedRegex(
        @"\A(/api/dashboards/uid/(?<uid>[^/]+)|/apis/dashboard\.grafana\.app/[^/]+/namespaces/[^/]+/dashboards/(?<uid>[^/]+)/dto)\z")]
    private static partial Regex Open();

    [GeneratedRegex(@"\A/api.*/query\z", RegexOptions.Singleline)]
    private static partial Regex Query();

    [GeneratedRegex(
        @"\A((?!://)[^?#])*://((?!/d/|/d-solo/)[^?#])*/d(-solo)?/(?<uid>[A-Za-z0-9_-]{1,40})([/?#]|\z)", RegexOptions.Singleline)]
    private static partial Regex OnScreen();

    private sealed class Entry(Dictionary<string, string> fields, int index)
    {
        public int Index => index;

        public string this[string key] => fields.GetValueOrDefault(key, "");

        public long Id { get; } = Number(fields, "userId");

        public long Org { get; } = Number(fields, "orgId");

        public long Status { get; } = Number(fields, "status");

        public long Milliseconds { get; } = Number(fields, "time_ms");

        // As precise as the reader: seven digits of the fraction.
        public DateTimeOffset Time { get; } = DateTimeOffset.Parse(Fraction().Replace(fields["t"], "$1"));

        private static long Number(Dictionary<string, string> fields, string key) => long.Parse(fields.GetValueOrDefault(key, "0"));
    }

    [GeneratedRegex(@"(\.\d{7})\d+")]
    private static partial Regex Fraction();
}
