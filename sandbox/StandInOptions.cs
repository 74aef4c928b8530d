using Athena.Sandbox.Grafana;
using Athena.Sandbox.GrafanaLog;

namespace Athena.Sandbox;

/// <summary>How a stand-in Grafana is set up; the defaults are Grafana's own, except that sign-up is open, as on the platform.</summary>
public sealed record StandInOptions
{
    /// <summary>Port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    public string AdminUser { get; init; } = "admin";
    public string AdminPassword { get; init; } = "admin";

    /// <summary>The log file; null writes none. Rotated files stand beside it.</summary>
    public string? LogFile { get; init; }

    /// <summary>
    /// Where each line goes besides the file, as a service's standard output goes to the journal (docs/grafana.md §2: both hold the same
    /// lines); null for nowhere. Not disposed of with the stand-in.
    /// </summary>
    public Stream? Output { get; init; }

    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>What <c>[log] mode</c> of its settings says; the log is written to the file whatever it is.</summary>
    public string LogMode { get; init; } = "file";

    /// <summary><c>[server] router_logging</c>: without it requests with status 200 and 304 leave no line.</summary>
    public bool RouterLogging { get; init; } = true;

    /// <summary>Lines after which the log file is renamed (Grafana's <c>max_lines</c>).</summary>
    public int LogMaxLines { get; init; } = 1_000_000;

    /// <summary>The server's own offset from UTC, seen in the log and in answers.</summary>
    public TimeSpan ServerOffset { get; init; } = TimeSpan.Zero;

    public Latency Latency { get; init; } = Latency.None;
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed of ids, tokens and codes: the same seed gives the same ones.</summary>
    public int Seed { get; init; } = Environment.TickCount;

    public bool AllowSignUp { get; init; } = true;
    public string AutoAssignOrgRole { get; init; } = "Viewer";

    /// <summary><c>[auth] disable_login_form</c>: signing in by the form is refused, Basic auth goes on.</summary>
    public bool DisableLoginForm { get; init; }

    /// <summary><c>[auth.anonymous] enabled</c>: whoever is not signed in looks at the first organisation as a Viewer.</summary>
    public bool AnonymousAccess { get; init; }

    /// <summary>
    /// The login of whoever sits at the browser of the demo: who opens a page without being signed in is signed in as this one, as an admin
    /// mostly is when the mail comes. Null for nobody.
    /// </summary>
    public string? Visitor { get; init; }

    /// <summary>Accepts <c>X-WEBAUTH-USER</c> and makes an external account of it.</summary>
    public bool AuthProxy { get; init; }

    /// <summary>Generic OAuth by a pretend provider, which is started with the stand-in; null is off.</summary>
    public SingleSignOn.SingleSignOnOptions? SingleSignOn { get; init; }

    /// <summary>A session older than this since its last rotation is answered 401 <c>session.token.rotate</c> until it rotates.</summary>
    public TimeSpan TokenRotationInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary><c>[emails] welcome_email_on_sign_up</c> of its settings; it sends none.</summary>
    public bool WelcomeMail { get; init; }

    /// <summary><c>[database] type</c> of its settings; null leaves the section out.</summary>
    public string? DatabaseType { get; init; }

    /// <summary>A real database that holds the flag and the sessions; null when the stand-in alone remembers them.</summary>
    public Grafana.ISharedTables? Tables { get; init; }

    /// <summary>Spoils answers by handler, to prove that the contract test would notice.</summary>
    internal Func<string, Answer, Answer>? Distortion { get; init; }

    /// <summary>For <c>serve_from_sub_path</c>, for example <c>/grafana</c>; empty for none.</summary>
    public string SubPath { get; init; } = "";
}
