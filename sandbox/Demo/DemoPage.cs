using System.Security.Cryptography;
using System.Text.Json;
using Athena.Sandbox.Mail;
using Athena.Sandbox.Telegram;

namespace Athena.Sandbox.Demo;

/// <summary>
/// The page of the demo on loopback: who is in Grafana, which mails and Telegram messages came, the log and the audit; beside it a small
/// JSON interface under <c>/sandbox/</c>, by which scripts steer the same things.
/// </summary>
public sealed class DemoPage : IAsyncDisposable
{
    private const string FaultKinds =
        "kind: database, abort, slow (ms), fail or lose (handler, times), forbid (permission), cap (users), clear";

    private static readonly string[] Scripts = ["page.js", "page.people.js", "page.inbox.js", "page.steps.js", "page.start.js"];

    private readonly StandInGrafana grafana;
    private readonly MailCatcher mail;
    /// <summary>Telegram's clients wait about as long.</summary>
    private static readonly TimeSpan PressPatience = TimeSpan.FromSeconds(15);

    private readonly TelegramCatcher telegram;
    private readonly DemoPageOptions options;
    private readonly AdminHand hand;
    private readonly StrangerStay stays;
    private readonly Guid run = Guid.NewGuid();
    private WebApplication? server;

    private DemoPage(StandInGrafana grafana, MailCatcher mail, TelegramCatcher telegram, DemoPageOptions options)
    {
        (this.grafana, this.mail, this.telegram, this.options) = (grafana, mail, telegram, options);
        hand = new AdminHand(grafana, options.AdminUser, options.AdminPassword);
        stays = new StrangerStay(grafana);
    }

    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    public static async Task<DemoPage> StartAsync(
        StandInGrafana grafana, MailCatcher mail, TelegramCatcher telegram, DemoPageOptions options,
        CancellationToken cancellation = default)
    {
        var page = new DemoPage(grafana, mail, telegram, options);
        page.server = Loopback.Build(options.Port);
        page.server.Use(page.GuardAsync);
        page.Map(page.server);
        await page.server.StartAsync(cancellation).ConfigureAwait(false);
        page.Url = new Uri(Loopback.AddressOf(page.server));
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync().ConfigureAwait(false);
        hand.Dispose();
        stays.Dispose();
    }

    /// <summary>Another site open in the same browser must not be able to act here (a foreign Origin, a rebound host name).</summary>
    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        var host = http.Request.Host;
        var origin = http.Request.Headers.Origin.ToString();
        var own = host.Port == Url.Port && host.Host is "127.0.0.1" or "localhost";
        if (!own || (origin.Length > 0 && origin != "http://" + host.Value))
        {
            http.Response.StatusCode = 403;
            return;
        }

        http.Response.Headers["X-Content-Type-Options"] = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        await next(http).ConfigureAwait(false);
    }

    private void Map(WebApplication app)
    {
        app.MapGet("/", Show);
        app.MapGet("/sandbox/state", StateAsync);
        app.MapGet("/sandbox/daemons", DaemonsAsync);
        app.MapGet("/sandbox/users", () => DemoView.Users(grafana, stays));
        app.MapGet("/sandbox/mails", () => mail.Mails.Reverse().Select(DemoView.Row));
        app.MapGet(
            "/sandbox/mails/{number:int}", (int number) => Find(number) is { } m ? Results.Json(DemoView.Whole(m)) : Results.NotFound());
        app.MapGet("/sandbox/mails/{number:int}/raw", (int number) => Find(number) is { } m
            ? Results.Bytes(m.Raw, "text/plain; charset=utf-8")
            : Results.NotFound());
        app.MapGet("/sandbox/telegram", () => telegram.Messages.Reverse().Select(DemoView.Row));
        app.MapGet("/sandbox/log", (int? lines) => FileTail.Read(options.LogFile, lines ?? 60));
        app.MapGet("/sandbox/audit", (int? lines) => FileTail.Read(options.AuditFile, lines ?? 60));
        app.MapGet("/sandbox/metrics", () => options.Daemons.Select(daemon => DemoView.Metrics(daemon, options.MetricsFolder)));
        app.MapGet("/sandbox/metrics/{name}", Metrics);
        app.MapPost("/sandbox/signup", SignUpAsync);
        app.MapPost("/sandbox/users/{id:long}/{act}", ActAsync);
        app.MapPost("/sandbox/mail/stop", mail.StopAsync);
        app.MapPost("/sandbox/mail/start", StartMailAsync);
        app.MapPost("/sandbox/mail/clear", mail.Clear);
        app.MapPost("/sandbox/telegram/clear", telegram.Clear);
        app.MapPost("/sandbox/telegram/{number:int}/press", PressAsync);
        app.MapPost("/sandbox/telegram/{mood}", ChangeTelegramAsync);
        app.MapPost("/sandbox/daemons/{name}/kill", Kill);
        app.MapPost("/sandbox/born-locked/{turn}", TurnAsync);
        app.MapPost("/sandbox/grafana/stop", grafana.StopListeningAsync);
        app.MapPost("/sandbox/grafana/start", () => grafana.ListenAgainAsync());
        app.MapPost("/sandbox/grafana/guess", (string login, int? times, CancellationToken c) => hand.GuessAsync(login, times ?? 5, c));
        app.MapPost("/sandbox/grafana/rotate-log", grafana.Log.Rotate);
        app.MapPost("/sandbox/grafana/fault", Fault);
        app.MapPost("/sandbox/grafana/dump", Dump);
    }

    private CaughtMail? Find(int number) => mail.Mails.FirstOrDefault(m => m.Number == number);

    private async Task SignUpAsync(HttpContext http, CancellationToken cancellation)
    {
        var form = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body, cancellationToken: cancellation)
            .ConfigureAwait(false);
        var password = Text("password") is { Length: > 0 } chosen ? chosen : Guid.NewGuid().ToString();
        var (status, body) = await hand.SignUpAsync(
            Text("name"), Text("email"), password, cookies => _ = stays.GoOnAsync(Text("email"), cookies), cancellation)
                .ConfigureAwait(false);
        await PassOnAsync(http, status, body).ConfigureAwait(false);

        string Text(string name) =>
            form.ValueKind == JsonValueKind.Object && form.TryGetProperty(name, out var value) ? value.ToString() : "";
    }

    private async Task ActAsync(HttpContext http, long id, string act, CancellationToken cancellation)
    {
        if (act is not ("enable" or "disable" or "logout" or "delete"))
        {
            http.Response.StatusCode = 404;
            return;
        }

        var (status, body) = await hand.ActAsync(id, act, cancellation).ConfigureAwait(false);
        await PassOnAsync(http, status, body).ConfigureAwait(false);
    }

    private async Task<object> StateAsync(CancellationToken cancellation) =>
        DemoView.State(
            grafana,
            mail,
            telegram,
            options,
            options.BornLocked is { } born ? await born.IsOnAsync(cancellation).ConfigureAwait(false) : null,
            run);

    private Task<object[]> DaemonsAsync(CancellationToken cancellation) => Task.WhenAll(options.Daemons.Select(
        async daemon => DemoView.Row(daemon, await daemon.StatusAsync(cancellation).ConfigureAwait(false))));

    /// <summary>Whoever starts a mail server again lets the daemons know, as a <c>check</c> does: nobody waits out a pause here.</summary>
    private async Task StartMailAsync(CancellationToken cancellation)
    {
        mail.StartAgain();
        await HurryAsync(cancellation).ConfigureAwait(false);
    }

    private Task HurryAsync(CancellationToken cancellation) =>
        Task.WhenAll(options.Daemons.Select(daemon => daemon.HurryAsync(cancellation)));

    /// <summary>As a server of the daemon's own would answer Prometheus.</summary>
    private IResult Metrics(string name) =>
        Daemon(name)?.Metrics(options.MetricsFolder) is { } text
            ? Results.Text(text, "text/plain; version=0.0.4; charset=utf-8")
            : Results.NotFound();

    private DemoDaemon? Daemon(string name) => options.Daemons.FirstOrDefault(daemon => daemon.Name == name);

    private IResult Kill(string name) =>
        Daemon(name)?.Kill() == true
            ? Results.Ok()
            : Results.NotFound(new { message = "It does not run here." });

    private async Task<IResult> TurnAsync(string turn, CancellationToken cancellation)
    {
        if (options.BornLocked is not { } born) return Results.BadRequest(new { message = "The accounts are in no PostgreSQL." });
        await born.TurnAsync(turn == "on", cancellation).ConfigureAwait(false);
        return Results.Ok();
    }

    private async Task<IResult> ChangeTelegramAsync(string mood, CancellationToken cancellation)
    {
        if (!DemoView.Moods.TryGetValue(mood, out var to))
            return Results.BadRequest(new { message = string.Join(", ", DemoView.Moods.Keys) });
        await telegram.ChangeAsync(to).ConfigureAwait(false);
        if (to == TelegramMood.Ok) await HurryAsync(cancellation).ConfigureAwait(false);
        return Results.Ok();
    }

    /// <summary>The visitor is in the chat as Lindiwe, who decides there.</summary>
    private async Task<IResult> PressAsync(int number, string label, CancellationToken cancellation)
    {
        try
        {
            var answer = await telegram.PressAsync(number, label, DemoSeed.Lindiwe, "Lindiwe").WaitAsync(PressPatience, cancellation)
                .ConfigureAwait(false);
            return Results.Json(new { text = answer.Text });
        }
        catch (ArgumentException)
        {
            return Results.Json(new { text = "That button is gone." });
        }
        catch (TimeoutException)
        {
            return Results.Json(new { text = "Nobody answers: does grafana-auto-disable run?" });
        }
    }

    private static Task PassOnAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(body);
    }

    /// <summary>Writes the database to its file now; it is read at the next start.</summary>
    private IResult Dump()
    {
        if (options.DatabaseFile is not { } file) return Results.BadRequest(new { message = "It is kept in no file: --database FILE." });
        grafana.Database.Dump().Write(file);
        return Results.Ok();
    }

    /// <summary>Makes Grafana fail in a way of <see cref="GrafanaFaults"/>, or heals it.</summary>
    private IResult Fault(string kind, int? ms, string? handler, int? times, string? permission, int? users)
    {
        var faults = grafana.Faults;
        switch (kind)
        {
            case "database": faults.DatabaseDown = true; break;
            case "abort": faults.Aborting = true; break;
            case "slow": faults.Slowness = TimeSpan.FromMilliseconds(ms ?? 2000); break;
            case "fail" when handler is not null: faults.Fail(handler, times ?? 1); break;
            case "lose" when handler is not null: faults.LoseAnswer(handler, times ?? 1); break;
            case "forbid" when permission is not null: faults.Forbid(permission); break;
            case "cap": faults.PerPageCap = users ?? 100; break;
            case "clear": faults.Clear(); break;
            default: return Results.BadRequest(new { message = FaultKinds });
        }

        return Results.Ok();
    }

    /// <summary>One document with all in it; only its own script may run, and nothing is fetched from anywhere else.</summary>
    private IResult Show(HttpContext http)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        http.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
            + "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        var html = Embedded.Text("page.html")
            .Replace("/*STYLE*/", Embedded.Text("page.css"), StringComparison.Ordinal)
            .Replace("NONCE", nonce, StringComparison.Ordinal)
            .Replace("/*SCRIPT*/", string.Concat(Scripts.Select(Embedded.Text)), StringComparison.Ordinal);
        return Results.Text(html, "text/html; charset=utf-8");
    }
}
