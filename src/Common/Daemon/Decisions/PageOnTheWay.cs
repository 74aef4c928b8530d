using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Athena.Common.Checks;
using Athena.Common.Network;
using Athena.Common.Text;

namespace Athena.Common.Daemon.Decisions;

/// <summary>What became of the page of decisions between this host and a browser, with what is to be set otherwise. Pure.</summary>
internal static partial class PageOnTheWay
{
    /// <summary>RFC 9530: by it the page says of itself what it is, for where it cannot be asked on this host.</summary>
    public const string DigestHeader = "Content-Digest";

    /// <summary>In the place of a link's last part: a page that shows what becomes of the others, and decides nothing.</summary>
    public const string Sample = "check";

    private const string Begin =
        "Is athena-workers-decisions installed and its socket enabled (systemctl status athena-workers-decisions.socket), and does the "
        + "proxy pass /athena/decide/ on to it? See " + Document;

    private const string Document = "/usr/share/doc/athena-workers/decisions.md";

    /// <summary>Characters of a page that are shown, before and after the place.</summary>
    private const int Before = 10;
    private const int After = 40;

    /// <summary>Each is said by the page, and means the same only as it stands.</summary>
    private static readonly string[] Headers =
    [
        "Cache-Control", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Robots-Tag",
        "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Content-Type",
    ];

    /// <summary>What the page says of itself, where it cannot be asked on this host.</summary>
    private static readonly (string Header, string Word)[] Least =
    [
        ("Cache-Control", "no-store, no-transform"), ("Content-Security-Policy", "default-src 'none'"), ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ];

    /// <summary>Where people sign in, by the address to which they are led.</summary>
    private static readonly string[] SignIns = [".cloudflareaccess.com", "/cdn-cgi/access/", "/oauth2/"];

    /// <summary>By what they leave in a page: Cloudflare's products, and what switches each off.</summary>
    private static readonly (string Mark, string What, string Remedy)[] Products =
    [
        ("email-protection", "Cloudflare's Email Address Obfuscation rewrites addresses in it", Rule("Email Obfuscation")),
        ("email-decode", "Cloudflare's Email Address Obfuscation puts a script into it", Rule("Email Obfuscation")),
        ("rocket-loader", "Cloudflare's Rocket Loader puts a script into it", Rule("Rocket Loader")),
        ("challenge-platform", "Cloudflare's bot detection puts a script into it",
            "Cloudflare, Security, Bots: switch JavaScript Detections off, or with a rule for this path."),
        ("cloudflareinsights", "Cloudflare's Web Analytics puts a script into it",
            "Cloudflare, Web Analytics, this site: leave out the path /athena/decide/ (Rules), or install it by hand."),
    ];

    /// <summary>Whether it is the page of decisions that answers, whatever became of it on the way.</summary>
    public static bool IsOurs(PublishedPage page) => page.Status switch
    {
        (int)HttpStatusCode.NotFound => page.Text.Contains(DecisionPage.Closed.Title, StringComparison.Ordinal),
        (int)HttpStatusCode.ServiceUnavailable => page.Text.Contains(DecisionPage.SilentTitle, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Why what came cannot be held against the page at all; null where it can.</summary>
    /// <param name="place">What stands in DECISION_URL.</param>
    /// <param name="outside">What came from there.</param>
    /// <param name="inside">The page as it leaves this host; null where it is not to be had.</param>
    /// <param name="signsIn">Whether people sign in at the proxy.</param>
    public static CheckFinding? Obstacle(string place, PublishedPage outside, PublishedPage? inside, bool signsIn) =>
        outside.Status == 0 ? Unreached(place, outside, inside)
        : IsSignIn(outside) ? SignIn(place, outside, signsIn)
        : Location(outside) is { } elsewhere ? Redirected(place, elsewhere)
        : !IsOurs(outside) ? Another(place, outside, inside)
        : outside.Status == (int)HttpStatusCode.ServiceUnavailable ? new CheckFinding(
            CheckOutcome.Failed,
            $"The page of decisions at {place} is reached, and grafana-auto-disable does not answer it",
            "Does it run, and since DECISION_URL was set? sudo systemctl restart grafana-auto-disable; then: sudo "
            + "athena-workers-decisions check")
        : null;

    /// <summary>The same page twice: as a browser gets it, and as it leaves this host.</summary>
    /// <inheritdoc cref="Obstacle"/>
    public static IReadOnlyList<CheckFinding> Compare(string place, PublishedPage outside, PublishedPage? inside)
    {
        List<CheckFinding> found = [.. Body(outside, inside), .. Headers.SelectMany(name => Header(name, outside, inside))];
        if (outside.Header("CF-Cache-Status") is "HIT" or "STALE" or "REVALIDATED" || outside.Header("Age") is not ("" or "0"))
            found.Add(Warning(
                "A cache on the way keeps it, which must be asked each time",
                "Except /athena/decide/ from the cache: Cloudflare, Caching, Cache Rules, Bypass cache; nginx: proxy_cache off;"));
        var isWhole = inside is not null || outside.Header(DigestHeader).Length > 0;
        found.Insert(0, new CheckFinding(
            CheckOutcome.Ok,
            $"The page of decisions answers at {place}" + (found.Count == 0 && isWhole ? ", byte for byte as it leaves this host" : "")));
        if (!isWhole)
            found.Add(new CheckFinding(
                CheckOutcome.Note,
                "What comes could not be held against what leaves this host, because the page cannot be asked there",
                "systemctl status athena-workers-decisions.socket"));
        return found;
    }

    private static CheckFinding Unreached(string place, PublishedPage outside, PublishedPage? inside)
    {
        if (outside.IsDistrusted)
            return new CheckFinding(
                CheckOutcome.Failed,
                $"The certificate at {place} is none that this host takes, nor will browsers: {outside.Fault}",
                "Give the proxy a certificate for this name, with its whole chain; of an authority of your own: into "
                + "/usr/local/share/ca-certificates, then sudo update-ca-certificates.");
        var what = $"The page of decisions at {place} cannot be reached from here: {outside.Fault}";
        return inside is null
            ? new CheckFinding(CheckOutcome.Failed, what, Begin)
            : new CheckFinding(
                CheckOutcome.Warning,
                $"{what}. On this host it answers",
                "Open it in a browser where the admins are. If it shows that a link is not valid any more, only the way from this host to "
                + "its own name is missing; else look at the proxy: " + Document);
    }

    private static bool IsSignIn(PublishedPage page) =>
        page.Status is (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.Forbidden
        || (Location(page) is { } to && SignIns.Any(one => to.Contains(one, StringComparison.OrdinalIgnoreCase)));

    private static CheckFinding SignIn(string place, PublishedPage page, bool signsIn)
    {
        if (page.Header("CF-Mitigated") == "challenge")
            return new CheckFinding(
                CheckOutcome.Warning,
                $"At {place} Cloudflare wants to see first that it is no robot who asks, so the page of decisions is not seen from here",
                "Cloudflare, Security, WAF, Custom rules: path begins with /athena/decide/ → Skip; then look again.");
        var who = Location(page) is { } to ? $"leads to {Host(to)}, to sign in"
            : $"answers nobody who has not signed in (HTTP {page.Status})";
        return signsIn
            ? new CheckFinding(
                CheckOutcome.Ok, $"The proxy at {place} {who}, as DECISION_IDENTITY has it; what is behind that is not seen from here")
            : new CheckFinding(
                CheckOutcome.Warning,
                $"The proxy at {place} {who}, and DECISION_IDENTITY is none: an admin signs in there and types their PIN besides",
                "If that is meant, set DECISION_IDENTITY in both files, and no PIN is needed; else let the proxy pass /athena/decide/ on "
                + $"without: {Document}");
    }

    private static CheckFinding Redirected(string place, string to)
    {
        var isSafer = place.StartsWith("http:", StringComparison.Ordinal) && to.StartsWith("https:", StringComparison.Ordinal)
            && Host(to) == Host(place);
        return new CheckFinding(
            CheckOutcome.Failed,
            $"{place} leads to {(isSafer ? "https" : UntrustedText.Visible(Stem(to), 100))} instead of the page of decisions",
            isSafer
                ? $"Set DECISION_URL=https{place["http".Length..]}, so that no link goes in clear."
                : "Pass /athena/decide/ on to athena-workers-decisions before that rule of the proxy: " + Document);
    }

    private static CheckFinding Another(string place, PublishedPage page, PublishedPage? inside)
    {
        var who = Title().Match(page.Text) is { Success: true } title
            ? $", with the title {UntrustedText.Visible(WebUtility.HtmlDecode(title.Groups[1].Value).Trim(), 60)}"
            : "";
        return new CheckFinding(
            CheckOutcome.Failed,
            $"At {place} something else than the page of decisions answers (HTTP {page.Status}{who})",
            inside is null ? Begin
            : page.Status is (int)HttpStatusCode.BadGateway or (int)HttpStatusCode.GatewayTimeout
                ? "The page answers on this host, so the proxy asks elsewhere: put its address right, see " + Document
            : "The page answers on this host, so the proxy does not pass /athena/decide/ on to it, or DECISION_URL is another host: "
                + Document);
    }

    private static IEnumerable<CheckFinding> Body(PublishedPage outside, PublishedPage? inside)
    {
        if (IsUnchanged(outside, inside)) yield break;
        var (text, own) = (outside.Text, inside?.Text ?? "");
        var products = Products.Where(one => text.Contains(one.Mark, StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var (_, what, remedy) in products) yield return Warning(what, remedy);
        var hasScript = text.Contains("<script", StringComparison.OrdinalIgnoreCase);
        if (hasScript && products.Count == 0)
            yield return Warning(
                $"A script is put into it: {At(text, text.IndexOf("<script", StringComparison.OrdinalIgnoreCase))}",
                "The page's policy keeps it from running. Switch off whatever on the way adds it for /athena/decide/; nginx: sub_filter.");
        var rest = Script().Replace(text, "");
        if (own.Length > 0 && rest != own && Small(rest) == Small(own))
            yield return Warning(
                "It is made smaller on the way: white space or comments are gone",
                "Cloudflare: Auto Minify off for this path; nginx with the module pagespeed: pagespeed Disallow \"*/athena/decide/*\";");
        else if (own.Length > 0 ? Small(rest) != Small(own) && products.Count == 0 : !hasScript && products.Count == 0)
            yield return Warning(
                own.Length > 0 ? $"It is rewritten on the way: {Difference(rest, own)}" : "It is rewritten on the way",
                "No part of the way may change what it says; nginx: sub_filter; others: what rewrites addresses or links.");
    }

    /// <summary>By the page itself where it was asked on this host, else by what it says of itself.</summary>
    private static bool IsUnchanged(PublishedPage outside, PublishedPage? inside) =>
        inside is not null ? inside.Body.AsSpan().SequenceEqual(outside.Body)
        : outside.Header(DigestHeader) is var digest && (digest.Length == 0 || digest == DigestOf(outside.Body));

    /// <summary>As the header has it.</summary>
    public static string DigestOf(byte[] body) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:";

    private static IEnumerable<CheckFinding> Header(string name, PublishedPage outside, PublishedPage? inside)
    {
        var came = outside.Header(name);
        var least = Array.Find(Least, one => one.Header == name).Word;
        if (inside is not null ? came == inside.Header(name) : least is null || came.Contains(least, StringComparison.Ordinal)) yield break;
        yield return Warning(
            came.Length == 0 ? $"Its header {name} is lost on the way"
                : $"Its header {name} is {UntrustedText.Visible(came, 80)} where it comes"
                    + (inside is null ? "" : $" and {UntrustedText.Visible(inside.Header(name), 80)} where it leaves"),
            "The proxy must leave it as it is for /athena/decide/; nginx: no proxy_hide_header, add_header or expires there; Cloudflare: "
            + "no Transform Rule and no Browser Cache TTL.");
    }

    private static CheckFinding Warning(string what, string remedy) => new(CheckOutcome.Warning, $"The page of decisions: {what}", remedy);

    private static string Rule(string setting) =>
        $"Cloudflare, Rules, Configuration Rules: path begins with /athena/decide/ → {setting} off. The page's policy keeps scripts from "
        + "running.";

    private static string? Location(PublishedPage page) =>
        page.Status is >= 300 and < 400 && page.Header("Location") is { Length: > 0 } to ? to : null;

    private static string Host(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : "its own login";

    /// <summary>Without what stands behind the path, which can be long and somebody's.</summary>
    private static string Stem(string address) => address.Split('?', '#')[0];

    private static string Small(string text) => Space().Replace(Comment().Replace(text, ""), "");

    private static string Difference(string there, string here)
    {
        var at = 0;
        while (at < there.Length && at < here.Length && there[at] == here[at]) at++;
        return $"{At(there, at)} where it says {At(here, at)}";
    }

    private static string At(string text, int at) =>
        $"“{UntrustedText.Visible(text[Math.Max(0, at - Before)..Math.Min(text.Length, at + After)], Before + After)}”";

    [GeneratedRegex("<script.*?</script>", RegexOptions.Singleline | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Script();

    [GeneratedRegex("<title>(.*?)</title>", RegexOptions.Singleline | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Title();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
