using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>
/// One kept session. The password opens it; from then on it is only renewed, also over restarts, because anybody can lock a login
/// by guessing five times, and nobody can lock a session (docs/grafana.md §5). Everything that renews it runs one at a time.
/// </summary>
internal sealed class SessionCredentials : Credentials
{
    /// <summary>How long requests under way may hold up a renewal. One that takes longer is simply repeated if it is refused.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RotationPause = TimeSpan.FromSeconds(30);

    private readonly ZoneText _clock;
    private readonly SignInDialogue _dialogue;
    private readonly PasswordGuard _gate;
    private readonly SignInMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly string _password;

    private KeptSession? _session;

    /// <summary>Set where Grafana opens no session: then this is the way in.</summary>
    private Credential? _withPassword;
    private long _generation;
    private bool _dead;
    private bool _accepted;
    private DateTimeOffset _noRotationBefore;
    private int _underWay;
    private TaskCompletionSource? _idle;
    private Task<SignInResult>? _renewal;

    public SessionCredentials(GrafanaClientOptions options, GrafanaTransport transport, TimeProvider time, ILogger logger)
    {
        _dialogue = new SignInDialogue(transport, time, options.Timeout);
        _memory = new SignInMemory(options, time, logger);
        _gate = new PasswordGuard(options, _dialogue, _memory, time, logger);
        _password = options.Password!;
        _clock = options.Clock;
        _time = time;
        _logger = logger;
        _session = _memory.Session;
    }

    private enum Renewal
    {
        /// <summary>There is no session: open one.</summary>
        Open,

        /// <summary>The cookie is getting old.</summary>
        Rotate,

        /// <summary>The session is getting old.</summary>
        Replace,

        /// <summary>A request was refused: find out whether the session lives, and open one if not.</summary>
        Revive,

        /// <summary>A session just renewed was refused: only the password is left.</summary>
        Reopen,

        /// <summary>A session just opened was refused: nothing is left.</summary>
        GiveUp,
    }

    public override SignInState State
    {
        get
        {
            lock (_lock)
            {
                if (_withPassword is not null)
                {
                    return new(_accepted ? SignInPhase.SignedIn : SignInPhase.NotYet, null,
                        "The password goes along with each request (Basic auth), because Grafana does not let anybody sign in by its form; "
                        + "anybody's five guesses lock us out for five minutes.");
                }

                if (_session is null || _dead)
                {
                    return _gate.Waiting is { } waiting
                        ? new(SignInPhase.Waiting, waiting.Until, waiting.Sentence(_clock))
                        : new(SignInPhase.NotYet, null, "Not signed in.");
                }

                if (!_accepted)
                    return new(SignInPhase.NotYet, null, "A session is kept; Grafana was not asked yet.");
                var sentence = $"Signed in with a session opened {_clock.Second(_session.OpenedAt)}.";
                return new(SignInPhase.SignedIn, null, _gate.LastRefusal is not { } refusal
                    ? sentence
                    : $"{sentence} It works until {_clock.Second(_session.OpenedAt + _session.Lifetime)}, but no new one could be opened: "
                        + $"{refusal.Reason}");
            }
        }
    }

    /// <summary>The session as a header.</summary>
    public static Credential Carry(KeptSession session, long generation) =>
        new("Cookie", $"{session.CookieName}={session.CookieValue}", generation);

    public override async ValueTask<SignInResult> EnterAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task<SignInResult> renewal;
            lock (_lock)
            {
                if (_renewal is null)
                {
                    if (_withPassword is { } withPassword)
                    {
                        _underWay++;
                        return SignInResult.Open(withPassword);
                    }

                    if (Due() is not { } due)
                    {
                        _underWay++;
                        return SignInResult.Open(Carry(_session!, _generation));
                    }

                    if ((_session is null || _dead) && _gate.Waiting is { } waiting)
                        return SignInResult.Refused(waiting.Sentence(_clock));
                    _renewal = RenewAsync(due);
                }

                renewal = _renewal;
            }

            var way = await renewal.WaitAsync(cancel).ConfigureAwait(false);
            if (way.Credential is null)
                return way;
        }
    }

    public override void Leave()
    {
        lock (_lock)
        {
            if (--_underWay == 0)
                _idle?.TrySetResult();
        }
    }

    public override void Accepted() => _accepted = true;

    public override async Task<SignInResult> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel)
    {
        Task<SignInResult> renewal;
        lock (_lock)
        {
            // Another request has renewed the session meanwhile: what was refused is not what we have now.
            if (_renewal is null && refused.Generation != _generation)
                return SignInResult.Open(refused);
            if (_renewal is null && refused.Header == Credential.PasswordHeader)
            {
                // Another request was refused the same just now.
                if (_withPassword is null)
                    return _gate.Waiting is { } wait ? SignInResult.Refused(wait.Sentence(_clock)) : SignInResult.Open(refused);
                _accepted = false;
                var refusal = _gate.RefusedWithoutSession(reply);
                _withPassword = refusal is null ? Credential.Basic(_gate.WithoutSession!, _password, ++_generation) : null;
                return refusal ?? SignInResult.Open(_withPassword!);
            }

            if (_renewal is null && _dead && _gate.Waiting is { } waiting)
                return SignInResult.Refused(waiting.Sentence(_clock));
            renewal = _renewal ??= RenewAsync(refusals switch { 1 => Renewal.Revive, 2 => Renewal.Reopen, _ => Renewal.GiveUp });
        }

        return await renewal.WaitAsync(cancel).ConfigureAwait(false);
    }

    public override void RememberEmail(string email) => _memory.RememberEmail(email);

    private Renewal? Due()
    {
        var now = _time.GetUtcNow();
        if (_session is null)
            return Renewal.Open;
        if (_dead)
            return Renewal.Revive;
        if (_session.IsOld(now) && _gate.MayReplace(now))
            return Renewal.Replace;
        return now >= _noRotationBefore && (_session.MustRotate(now) || (_session.MayRotate(now) && _underWay == 0))
            ? Renewal.Rotate
            : null;
    }

    private async Task<SignInResult> RenewAsync(Renewal renewal)
    {
        // Leave the lock that this was started under.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return renewal switch
            {
                Renewal.Rotate => await RotateAsync().ConfigureAwait(false),
                Renewal.Replace => await ReplaceAsync().ConfigureAwait(false),
                Renewal.Revive => await ReviveAsync().ConfigureAwait(false),
                Renewal.GiveUp => GiveUp(),
                Renewal.Open or Renewal.Reopen => await OpenAsync().ConfigureAwait(false),
            };
        }
        finally
        {
            lock (_lock)
                _renewal = null;
        }
    }

    // Whatever comes of it, the session we have goes on: if it has ended, the next request is refused and says so.
    private async Task<SignInResult> RotateAsync()
    {
        await IdleAsync().ConfigureAwait(false);
        var (renewed, reply) = await _dialogue.RotateAsync(_session!).ConfigureAwait(false);
        using (reply)
        {
            if (renewed is not null)
                return Take(renewed);
            _noRotationBefore = _time.GetUtcNow() + RotationPause;
            return SignInResult.Open(Carry(_session!, _generation));
        }
    }

    private async Task<SignInResult> ReplaceAsync()
    {
        var (fresh, _) = await _gate.OpenAsync(_session!.CookieName).ConfigureAwait(false);
        if (fresh is not null)
            return Take(fresh);
        _gate.ReplaceLater(_session);
        return SignInResult.Open(Carry(_session, _generation));
    }

    // 401 has harmless reasons too: the cookie was due for its exchange, or another process of ours exchanged it.
    private async Task<SignInResult> ReviveAsync()
    {
        var (renewed, reply) = await _dialogue.RotateAsync(_session!).ConfigureAwait(false);
        using (reply)
        {
            if (renewed is not null)
                return Take(renewed);
            if (_dialogue.Judge(reply) is { Outcome: GrafanaOutcome.Unavailable } fault)
                return SignInResult.Unreachable(fault.Detail, fault.MayRetry);
        }

        if (_memory.Reload() is { } other && other.CookieValue != _session!.CookieValue)
            return Take(other);
        return await OpenAsync().ConfigureAwait(false);
    }

    // Nothing is thrown away before something better is there: a session that Grafana calls dead may come back with its database.
    private async Task<SignInResult> OpenAsync()
    {
        MarkDead();
        var (fresh, otherwise) = await _gate.OpenAsync(_session?.CookieName).ConfigureAwait(false);
        if (_gate.WithoutSession is not { } login)
            return fresh is not null ? Take(fresh) : otherwise;
        lock (_lock)
            return SignInResult.Open(_withPassword = Credential.Basic(login, _password, ++_generation));
    }

    private SignInResult GiveUp()
    {
        MarkDead();
        return _gate.Refuse(
            "Grafana accepts the password, but not the session that it gives for it: does something in front of it drop cookies?");
    }

    private void MarkDead()
    {
        lock (_lock)
            _dead = _session is not null;
    }

    // On disk before it is used: a crash between the two must not leave a cookie that nobody knows.
    private SignInResult Take(KeptSession session)
    {
        _memory.Keep(session);
        lock (_lock)
        {
            if (_dead)
                _logger.LogInformation("Signed in to Grafana again.");
            _session = session;
            _dead = false;
            _noRotationBefore = default;
            return SignInResult.Open(Carry(session, ++_generation));
        }
    }

    // New requests wait for the renewal, so that the ones under way come to an end.
    private async Task IdleAsync()
    {
        Task idle;
        lock (_lock)
        {
            if (_underWay == 0)
                return;
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
        }

        try
        {
            await idle.WaitAsync(Grace, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Grafana takes the old cookie for a while longer [src]; a request that is refused all the same is repeated.
        }
    }
}
