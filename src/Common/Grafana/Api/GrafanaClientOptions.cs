using System.Net;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.State;
using Athena.Common.Time;

namespace Athena.Common.Grafana.Api;

/// <summary>Where Grafana is and how we sign in. Either <see cref="Token"/>, or <see cref="User"/> and <see cref="Password"/>.</summary>
public sealed record GrafanaClientOptions
{
    /// <summary>Address of Grafana with its sub-path, if it has one: <c>https://host/grafana</c>.</summary>
    public required string Url { get; init; }

    /// <summary>Login of the daemon's own account.</summary>
    public string? User { get; init; }

    /// <summary>Password of <see cref="User"/>. It opens a session and is not sent otherwise.</summary>
    public string? Password { get; init; }

    /// <summary>Token of a service account; it goes before user and password.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// No way in is wanted: what needs none (health) is asked, every other call is answered <see cref="GrafanaOutcome.SignInFailed"/>.
    /// Only where neither token nor user is set.
    /// </summary>
    public bool IsAnonymous { get; init; }

    /// <summary>PEM file with the certificate authority of Grafana's certificate. When set, no other authority is believed.</summary>
    public string? CaFile { get; init; }

    /// <summary>Longest time one call may take, retries and signing in included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Send a password or token over plain http to another machine all the same.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>
    /// Grafana's own log, by which its listener on this machine is proved; null where nothing is proved (tests, programs beside the
    /// daemons).
    /// </summary>
    public ILogSource? Log { get; init; }

    /// <summary>Believe whoever listens at Grafana's address on this machine, without a proof.</summary>
    public bool TrustLoopback { get; init; }

    /// <summary>Our account may make itself an Admin of organisations that it finds to be none of.</summary>
    public bool JoinsOrganisations { get; init; }

    /// <summary>
    /// Short name of the daemon, such as <c>auto-disable</c>: ends the Referer by which our own log lines are told apart.
    /// </summary>
    public required string Daemon { get; init; }

    /// <summary>
    /// Ends the Referer behind <see cref="Daemon"/>, so that another copy of the same daemon is told from us; null where nothing is
    /// remembered.
    /// </summary>
    public Installation? Installation { get; init; }

    /// <summary>
    /// A command asks, which ends with the answer: nobody tries again later, so no time of a next attempt is named.
    /// </summary>
    public bool IsOneTry { get; init; }

    /// <summary>
    /// What ends our referer. A command reads the installation's id from a state directory that may just have been put back under a daemon
    /// which has another: it is no copy for that, and names itself as what it is.
    /// </summary>
    internal string? CallsItself => IsOneTry ? Installation.CommandId : Installation?.Id;

    /// <summary>Login and password were typed by a person and stand in no settings.</summary>
    public bool IsTyped { get; init; }

    /// <summary>The file in which the way in is set: where a person mends it.</summary>
    public string SettingsAt { get; init; } = "/etc/default";

    /// <summary>Times as the people of this host read them.</summary>
    public ZoneText Clock { get; init; } = new(TimeZoneInfo.Utc);

    /// <summary>Where the kept session survives a restart (0600); null keeps it in memory alone.</summary>
    public string? SessionFile { get; init; }

    /// <summary>For a command, which does not hold the state directory and changes nothing there.</summary>
    public GrafanaClientOptions ForCommand(string stateDirectory) =>
        this with { Installation = Installation.Peek(stateDirectory), IsOneTry = true };

    /// <summary>For whoever holds the state directory: the session is kept there, and which installation this is.</summary>
    public GrafanaClientOptions ForHolder(string stateDirectory, TimeProvider time) => this with
    {
        SessionFile = Path.Combine(stateDirectory, "grafana-session.json"),
        Installation = Installation.Open(stateDirectory, time),
    };

    /// <summary>How our account gets a permission that it lacks: a sentence with the command.</summary>
    public string RightsAdvice => string.IsNullOrEmpty(Token)
        ? $"To give it: sudo grafana-{Daemon} account repair"
        : "Give the service account of GRAFANA_TOKEN a role with that permission (Grafana Enterprise).";

    /// <summary>What a person does when Grafana does not let us in: a sentence with the file.</summary>
    public string SignInAdvice => string.IsNullOrEmpty(Token)
        ? $"Check GRAFANA_USER and GRAFANA_PASSWORD (or GRAFANA_TOKEN) in {SettingsAt}."
        : $"Check GRAFANA_TOKEN in {SettingsAt}.";

    /// <summary>What a person does who has set no account: a sentence with the command and the file.</summary>
    public string AccountAdvice =>
        $"To make one: sudo grafana-{Daemon} account create. Or set GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN, in {SettingsAt}.";

    /// <summary>
    /// What is wrong with these options: one sentence each, naming the setting, never a secret's value. Empty when all is well.
    /// </summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        var uri = ParsedUrl(problems);

        if (string.IsNullOrEmpty(Token))
        {
            if (!IsAnonymous && (string.IsNullOrEmpty(User) || string.IsNullOrEmpty(Password)))
                problems.Add(
                    "GRAFANA_USER and GRAFANA_PASSWORD must be set (or GRAFANA_TOKEN, with Grafana Enterprise): without an account in "
                    + $"Grafana nothing can be asked of it. sudo grafana-{Daemon} account create makes one.");
        }
        else if (Token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            problems.Add("GRAFANA_TOKEN holds a space, a line break or another character that no token has.");
        }

        if (uri is { Scheme: "http" } && !IsLoopback(uri) && !AllowHttp && !IsAnonymous)
        {
            problems.Add($"GRAFANA_URL is plain http to another machine ({uri.Host}): the password or token could be read on the way. " +
                         "Use https, or set GRAFANA_ALLOW_HTTP=yes if that network is trusted.");
        }

        if (SocketPath is { } socket && Path.GetDirectoryName(socket) is { } folder && Directory.Exists(folder)
            && (File.GetUnixFileMode(folder) & UnixFileMode.OtherWrite) != 0)
        {
            problems.Add(
                $"GRAFANA_URL names a socket in {folder}, where everybody can make one: put it into a directory of Grafana's own, "
                + "such as /run/grafana.");
        }

        if (CaFile is not null && !File.Exists(CaFile))
            problems.Add($"GRAFANA_CA_FILE: {CaFile} does not exist or cannot be read.");
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(5))
            problems.Add($"GRAFANA_TIMEOUT must be more than 0 s and at most 5 min, not {Timeout.TotalSeconds:0.###} s.");
        return problems;
    }

    /// <summary>The address ending in a slash, so that relative paths stay below the sub-path.</summary>
    internal Uri BaseAddress => new(SocketPath is null ? Url.TrimEnd('/') + "/" : "http://localhost/", UriKind.Absolute);

    /// <summary>Where Grafana listens at a Unix socket (<c>unix:/run/grafana/grafana.sock</c>); null where it does not.</summary>
    internal string? SocketPath => Url.StartsWith(UnixScheme, StringComparison.Ordinal) ? Url[UnixScheme.Length..] : null;

    /// <summary>GRAFANA_URL is a Unix socket.</summary>
    public bool IsSocket => SocketPath is not null;

    /// <summary>
    /// True where whoever listens has no certificate to show: a connection is proved before anything secret goes over it.
    /// </summary>
    internal bool IsLocal => SocketPath is not null || (BaseAddress.Scheme == "http" && IsLoopback(BaseAddress));

    private const string UnixScheme = "unix:";

    /// <summary>Loopback never leaves the machine: neither TLS nor a proxy has a place there.</summary>
    internal static bool IsLoopback(Uri uri) =>
        uri.IsLoopback || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private Uri? ParsedUrl(List<string> problems)
    {
        if (SocketPath is { } path)
        {
            if (!Path.IsPathRooted(path) || path.Length > 100)
                problems.Add("GRAFANA_URL must name a socket by its absolute path, as in unix:/run/grafana/grafana.sock.");
            return null;
        }

        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            problems.Add("GRAFANA_URL must be an address such as https://grafana.example.org or http://localhost:3000/grafana.");
            return null;
        }

        if (uri.UserInfo.Length > 0)
            problems.Add("GRAFANA_URL must not hold a user or password: set GRAFANA_USER and GRAFANA_PASSWORD.");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            problems.Add("GRAFANA_URL must end before any ? or #.");
        return uri;
    }
}
