using System.Text.RegularExpressions;
using Row = Athena.Common.Grafana.Api.Route;

namespace Athena.Sandbox.Grafana;

/// <summary>One kind of call.</summary>
/// <param name="Template">the path with <c>:name</c> parts; a last part <c>*</c> takes the rest</param>
/// <param name="Handle">runs under the database's lock, after sign-in and permission were checked</param>
internal sealed partial record Route(string Method, string Template, Func<Call, Answer> Handle)
{
    private readonly string[] segments = Template.Split('/');

    /// <summary>What our programs ask: method and path are those of their table.</summary>
    public Route(Row row, Func<Call, Answer> handle)
        : this(row.Method.Method, Hole().Replace(row.Path, ":$1"), handle)
    {
    }

    /// <summary>The template as Grafana logs it, where it differs (groups end with a slash).</summary>
    public string? LoggedAs { get; init; }

    /// <summary>The permission it needs; null for any signed-in caller.</summary>
    public string? Permission { get; init; }

    /// <summary>The scope that "Access denied" names.</summary>
    public Func<Call, string> Scope { get; init; } = _ => "";

    /// <summary>True for what strangers may call.</summary>
    public bool Open { get; init; }

    /// <summary>True for a page: who is not signed in is sent to the login form.</summary>
    public bool IsPage { get; init; }

    /// <summary>False for what Grafana never logs.</summary>
    public bool Logged { get; init; } = true;

    /// <summary>Median of the recorded answers in milliseconds.</summary>
    public double Milliseconds { get; init; } = 10;

    /// <summary>For a call that takes very different times, instead of <see cref="Milliseconds"/>.</summary>
    public Func<Call, double>? MillisecondsOf { get; init; }

    /// <summary>
    /// Acts in the organisation of the path. Whoever names one by 0 or by a word may do nothing, for want of a permission without a name
    /// (recorded).
    /// </summary>
    public bool NeedsOrganisation { get; init; }

    /// <summary>About the caller's own account, which a visitor without a login does not have.</summary>
    public bool IsPersonal => Template.StartsWith("/api/user/", StringComparison.Ordinal) || Template == "/api/user";

    /// <summary>Acts in the organisation in which the caller is at the moment; whoever is in none may do nothing of this kind.</summary>
    public bool IsInOwnOrganisation => Template.StartsWith("/api/org/", StringComparison.Ordinal);

    public string Handler => LoggedAs ?? Template;

    /// <summary>The parts when the path (split at slashes before decoding) fits, else null.</summary>
    public Dictionary<string, string>? Match(string method, string[] path)
    {
        if (method != Method) return null;
        var rest = segments[^1] == "*";
        if (rest ? path.Length < segments.Length : path.Length != segments.Length) return null;
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] == "*") parts["*"] = string.Join('/', path[i..]);
            else if (segments[i].StartsWith(':')) parts[segments[i][1..]] = Uri.UnescapeDataString(path[i]);
            else if (segments[i] != path[i]) return null;
        }

        return parts;
    }

    [GeneratedRegex(@"\{([A-Za-z]+)\}")]
    private static partial Regex Hole();
}
