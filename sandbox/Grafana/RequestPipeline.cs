using Athena.Sandbox.Grafana.Api;
using Athena.Sandbox.GrafanaLog;
using Athena.Sandbox.SingleSignOn;
using Microsoft.AspNetCore.Http.Features;

namespace Athena.Sandbox.Grafana;

/// <summary>One request from its first byte to its log line: route, sign-in, permission, effect, line, answer.</summary>
internal sealed class RequestPipeline
{
    private readonly StandInOptions options;
    private readonly GrafanaDatabase database;
    private readonly GrafanaFaults faults;
    private readonly RotatingLog log;
    private readonly PretendProvider? provider;
    private readonly SignIn signIn;
    private readonly Route[] routes;

    public RequestPipeline(
        StandInOptions options, GrafanaDatabase database, GrafanaFaults faults, RotatingLog log, PretendProvider? provider)
    {
        (this.options, this.database, this.faults, this.log, this.provider) = (options, database, faults, log, provider);
        signIn = new SignIn(database, options);
        routes =
        [
            .. ServerApi.Routes, .. SessionApi.Routes(signIn), .. SignUpApi.Routes(signIn), .. UserApi.Routes, .. AdminUserApi.Routes,
            .. OrganisationApi.Routes, .. InvitationApi.Routes, .. AnnotationApi.Routes, .. DataSourceApi.Routes,
            .. ServiceAccountApi.Routes, .. DashboardApi.Routes, .. PublicDashboardApi.Routes,
            .. SingleSignOnApi.Routes(provider), .. AccountPages.Routes, .. Pages.Routes,
        ];
    }

    public async Task AnswerAsync(HttpContext http)
    {
        var started = options.Time.GetTimestamp();
        if (faults.Aborting)
        {
            http.Abort();
            return;
        }

        var call = await ReadAsync(http).ConfigureAwait(false);
        var (route, parts) = Find(call);
        call.Parts = parts;
        bool atOnce;
        lock (database.Gate) atOnce = signIn.RefusesAtOnce(call, route);
        var wait = WaitFor(call, route, atOnce);
        await PauseUntilAsync(started, wait / 2, http.RequestAborted).ConfigureAwait(false);
        Answer answer;
        lock (database.Gate)
        {
            options.Tables?.Load(database);
            answer = Decide(call, route);
            options.Tables?.Save(database);
        }

        if (options.Distortion is { } distortion) answer = distortion(route.Handler, answer);
        await PauseUntilAsync(started, wait, http.RequestAborted).ConfigureAwait(false);
        if (http.WebSockets.IsWebSocketRequest && answer.Status == -1)
        {
            Record(call, route, answer, options.Time.GetElapsedTime(started));
            await HoldAsync(http).ConfigureAwait(false);
            return;
        }

        // Grafana's line is in the file before the last byte of the answer leaves.
        Record(call, route, answer, options.Time.GetElapsedTime(started));
        if (faults.TakeLoss(call.Method, route.Handler))
        {
            http.Abort();
            return;
        }

        await SendAsync(http, answer).ConfigureAwait(false);
    }

    private Answer Decide(Call call, Route route)
    {
        if (faults.DatabaseDown) return DatabaseAway.Answer(call, route);
        if (faults.TakeFailure(call.Method, route.Handler))
            return Answer.FromFramework(500, new { message = "Internal Server Error", traceID = "" });
        // Health and the like are answered before Grafana looks at credentials: a wrong password there is not counted.
        if (!route.Logged) return route.Handle(call);
        if (route.Open)
        {
            var refused = Identify(call);
            return route.Handle(call) is var answer && refused is { Notes.Count: > 0 } && call.Cookie("grafana_session") is not null
                ? answer with { Notes = [.. refused.Notes, .. answer.Notes] }
                : answer;
        }

        if (Identify(call) is { } refusal)
        {
            if (!route.IsPage) return refusal;
            if (call.RawPath == "/") return Answer.Redirect($"{options.SubPath}/login") with { Notes = refusal.Notes };
            var wanted = options.SubPath + call.RawPath + (call.QueryText.Length > 0 ? "?" + call.QueryText : "");
            return Answer.Redirect($"{options.SubPath}/login?redirectTo={Uri.EscapeDataString(wanted)}") with { Notes = refusal.Notes };
        }

        if (call.Caller.Account is null && route.IsPersonal) return SignInRefusal.NoCredentials;
        if (route.NeedsOrganisation && call.Id("orgId") is null or 0) return Deny(call, route, "");
        if (route.Permission is { } permission && !May(call.Caller, route, permission)) return Deny(call, route, permission);
        return route.Handle(call);
    }

    private Answer? Identify(Call call)
    {
        var (caller, refusal) = signIn.Identify(call);
        call.Caller = caller;
        return refusal;
    }

    private bool May(Identity caller, Route route, string permission) =>
        !faults.IsForbidden(permission) && !(route.IsInOwnOrganisation && caller.OrgId < 0)
        && (Role.Allows(caller.Role, caller.IsServerAdmin, permission) || caller.Account?.Service?.Granted.Contains(permission) == true);

    private Answer Deny(Call call, Route route, string permission)
    {
        var id = database.Names.AccessErrorId();
        var message = $"You'll need additional permissions to perform this action. Permissions needed: {permission}";
        return Answer.FromFramework(403, new { accessErrorId = id, message, title = "Access denied" }) with
        {
            Notes =
            [
                new LogNote("context", "info", "Access denied", true,
                    ("id", call.Caller.Name), ("accessErrorID", id), ("permissions", $"action:{permission} scopes:{route.Scope(call)}")),
            ],
        };
    }

    private (Route, Dictionary<string, string>) Find(Call call)
    {
        var path = (call.RawPath == "/" ? "/" : call.RawPath.TrimEnd('/')).Split('/');
        foreach (var route in routes)
            if (route.Match(call.Method, path) is { } parts) return (route, parts);

        return (Pages.NotFound, []);
    }

    private TimeSpan WaitFor(Call call, Route route, bool refusedAtOnce)
    {
        var wait = faults.Slowness;
        if (options.Latency == Latency.Recorded)
        {
            // 12 ms for 57 users, 80 ms for 3,067, 112 ms for 3,448 in one answer; a page of one costs 12 ms at any size (docs/grafana.md
            // §5).
            var rows = route.Handler is "/api/users/" or "/api/users/search"
                ? Math.Min(call.AskNumber("perpage", 1000), database.Count)
                : 0;
            wait += TimeSpan.FromMilliseconds(refusedAtOnce
                ? 1
                : (route.MillisecondsOf?.Invoke(call) ?? route.Milliseconds) + (0.026 * rows));
        }

        return wait;
    }

    // A timer may fire a few milliseconds early or late; looking at the clock again keeps the recorded pace to about a millisecond.
    private async Task PauseUntilAsync(long started, TimeSpan elapsed, CancellationToken cancellation)
    {
        while (elapsed - options.Time.GetElapsedTime(started) is { TotalMilliseconds: > 0.4 } left)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, left.TotalMilliseconds - 1)), options.Time, cancellation)
                .ConfigureAwait(false);
    }

    private void Record(Call call, Route route, Answer answer, TimeSpan elapsed)
    {
        var now = database.Now;
        foreach (var note in answer.Notes)
            log.Write(new LogEntry(
                note.Logger, now, note.Level, note.Message, note.WithCaller ? CallerOf(call, answer) : [], LogEntry.Pairs(note.Fields)));
        if (!route.Logged || (!options.RouterLogging && answer.Status is 200 or 304)) return;
        log.Write(RequestLine.Of(call, route, answer, now, elapsed, CallerOf(call, answer)));
    }

    private static KeyValuePair<string, object>[] CallerOf(Call call, Answer answer) => LogEntry.Pairs(
        ("userId", call.Caller.Account?.Id ?? 0), ("orgId", answer.LoggedOrgId ?? call.Caller.OrgId), ("uname", call.Caller.Login));

    private async Task<Call> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var raw = target[0].StartsWith(options.SubPath, StringComparison.Ordinal) ? target[0][options.SubPath.Length..] : target[0];
        return new Call
        {
            Method = http.Request.Method,
            RawPath = raw.Length == 0 ? "/" : raw,
            Path = Uri.UnescapeDataString(raw.Length == 0 ? "/" : raw),
            QueryText = target.Length > 1 ? target[1] : "",
            Headers = http.Request.Headers,
            Body = body.ToArray(),
            RemoteAddress = RemoteAddress.Of(http),
            Options = options,
            Database = database,
            Faults = faults,
            ProviderUrl = provider?.Url,
        };
    }

    private static async Task SendAsync(HttpContext http, Answer answer)
    {
        var response = http.Response;
        response.StatusCode = answer.Status == -1 ? 400 : answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        if (answer.Location is { } location) response.Headers.Location = location;
        foreach (var cookie in answer.Cookies) response.Headers.Append("Set-Cookie", cookie);
        response.Headers["X-Frame-Options"] = "deny";
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(answer.Body, http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Keeps a live socket open until the browser closes it; nothing is ever said on it.</summary>
    private static async Task HoldAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        var buffer = new byte[1024];
        while (socket.State == System.Net.WebSockets.WebSocketState.Open)
            await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted).ConfigureAwait(false);
    }
}
