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

    private readonly ZoneText clock;
    private readonly SignInDialogue dialogue;
    private readonly PasswordGuard gate;
    private readonly SignInMemory memory;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock turn = new();
    private readonly string password;

    private KeptSession? session;

    /// <summary>Set where Grafana opens no session: then this is the way in.</summary>
    private Credential? withPassword;
    private long generation;
    private bool dead;
    private bool accepted;
    private DateTimeOffset noRotationBefore;
    private int underWay;
    private TaskCompletionSource? idle;
    private Task<SignInResult>? renewal;

    public SessionCredentials(GrafanaClientOptions options, GrafanaTransport transport, TimeProvider time, ILogger logger)
    {
        dialogue = new SignInDialogue(transport, time, options.Timeout);
        memory = new SignInMemory(options, time, logger);
        gate = new PasswordGuard(options, dialogue, memory, time, logger);
        password = options.Password!;
        clock = options.Clock;
        this.time = time;
        this.logger = logger;
        session = memory.Session;
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
            lock (turn)
            {
                if (withPassword is not null)
                {
                    return new(accepted ? SignInPhase.SignedIn : SignInPhase.NotYet, null,
                        "The password goes along with each request (Basic auth), because Grafana does not let anybody sign in by its form; "
                        + "anybody's five guesses lock us out for five minutes.");
                }

                if (session is null || dead)
                {
                    return gate.Waiting is { } waiting
                        ? new(SignInPhase.Waiting, waiting.Until, waiting.Sentence(clock))
                        : new(SignInPhase.NotYet, null, "Not signed in.");
                }

                if (!accepted)
                    return new(SignInPhase.NotYet, null, "A session is kept; Grafana was not asked yet.");
                var sentence = $"Signed in with a session opened {clock.Second(session.OpenedAt)}.";
                return new(SignInPhase.SignedIn, null, gate.LastRefusal is not { } refusal
                    ? sentence
                    : $"{sentence} It works until {clock.Second(session.OpenedAt + session.Lifetime)}, but no new one could be opened: "
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
            lock (turn)
            {
                if (this.renewal is null)
                {
                    if (this.withPassword is { } withPassword)
                    {
                        underWay++;
                        return SignInResult.Open(withPassword);
                    }

                    if (Due() is not { } due)
                    {
                        underWay++;
                        return SignInResult.Open(Carry(session!, generation));
                    }

                    if ((session is null || dead) && gate.Waiting is { } waiting)
                        return SignInResult.Refused(waiting.Sentence(clock));
                    this.renewal = RenewAsync(due);
                }

                renewal = this.renewal;
            }

            var way = await renewal.WaitAsync(cancel).ConfigureAwait(false);
            if (way.Credential is null)
                return way;
        }
    }

    public override void Leave()
    {
        lock (turn)
        {
            if (--underWay == 0)
                idle?.TrySetResult();
        }
    }

    public override void Accepted() => accepted = true;

    public override async Task<SignInResult> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel)
    {
        Task<SignInResult> renewal;
        lock (turn)
        {
            // Another request has renewed the session meanwhile: what was refused is not what we have now.
            if (this.renewal is null && refused.Generation != generation)
                return SignInResult.Open(refused);
            if (this.renewal is null && refused.Header == Credential.PasswordHeader)
            {
                // Another request was refused the same just now.
                if (withPassword is null)
                    return gate.Waiting is { } wait ? SignInResult.Refused(wait.Sentence(clock)) : SignInResult.Open(refused);
                accepted = false;
                var refusal = gate.RefusedWithoutSession(reply);
                withPassword = refusal is null ? Credential.Basic(gate.WithoutSession!, password, ++generation) : null;
                return refusal ?? SignInResult.Open(withPassword!);
            }

            if (this.renewal is null && dead && gate.Waiting is { } waiting)
                return SignInResult.Refused(waiting.Sentence(clock));
            renewal = this.renewal ??= RenewAsync(refusals switch { 1 => Renewal.Revive, 2 => Renewal.Reopen, _ => Renewal.GiveUp });
        }

        return await renewal.WaitAsync(cancel).ConfigureAwait(false);
    }

    // What is kept on disk is for the next start.
    public override async Task EndAsync()
    {
        if (memory.IsKept)
            return;
        Task<SignInResult>? opening;
        lock (turn)
            opening = renewal;
        try
        {
            if (opening is not null)
                await opening.WaitAsync(SignInDialogue.Parting, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Grafana does not answer: nothing was opened that we know of.
        }

        KeptSession? left;
        lock (turn)
            (left, session) = (dead ? null : session, null);
        if (left is not null)
            await dialogue.SignOutAsync(left).ConfigureAwait(false);
    }

    public override void RememberEmail(string email) => memory.RememberEmail(email);

    private Renewal? Due()
    {
        var now = time.GetUtcNow();
        if (session is null)
            return Renewal.Open;
        if (dead)
            return Renewal.Revive;
        if (session.IsOld(now) && gate.MayReplace(now))
            return Renewal.Replace;
        return now >= noRotationBefore && (session.MustRotate(now) || (session.MayRotate(now) && underWay == 0))
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
            lock (turn)
                this.renewal = null;
        }
    }

    // Whatever comes of it, the session we have goes on: if it has ended, the next request is refused and says so.
    private async Task<SignInResult> RotateAsync()
    {
        await IdleAsync().ConfigureAwait(false);
        var (renewed, reply) = await dialogue.RotateAsync(session!).ConfigureAwait(false);
        using (reply)
        {
            if (renewed is not null)
                return Take(renewed);
            noRotationBefore = time.GetUtcNow() + RotationPause;
            return SignInResult.Open(Carry(session!, generation));
        }
    }

    private async Task<SignInResult> ReplaceAsync()
    {
        var (fresh, _) = await gate.OpenAsync(session!.CookieName).ConfigureAwait(false);
        if (fresh is not null)
            return Take(fresh);
        gate.ReplaceLater(session);
        return SignInResult.Open(Carry(session, generation));
    }

    // 401 has harmless reasons too: the cookie was due for its exchange, or another process of ours exchanged it.
    private async Task<SignInResult> ReviveAsync()
    {
        var (renewed, reply) = await dialogue.RotateAsync(session!).ConfigureAwait(false);
        using (reply)
        {
            if (renewed is not null)
                return Take(renewed);
            if (dialogue.Judge(reply) is { Outcome: GrafanaOutcome.Unavailable } fault)
                return SignInResult.Unreachable(fault.Detail, fault.MayRetry);
        }

        if (memory.Reload() is { } other && other.CookieValue != session!.CookieValue)
            return Take(other);
        return await OpenAsync().ConfigureAwait(false);
    }

    // Nothing is thrown away before something better is there: a session that Grafana calls dead may come back with its database.
    private async Task<SignInResult> OpenAsync()
    {
        MarkDead();
        var (fresh, otherwise) = await gate.OpenAsync(session?.CookieName).ConfigureAwait(false);
        if (gate.WithoutSession is not { } login)
            return fresh is not null ? Take(fresh) : otherwise;
        lock (turn)
            return SignInResult.Open(withPassword = Credential.Basic(login, password, ++generation));
    }

    private SignInResult GiveUp()
    {
        MarkDead();
        return gate.Refuse(
            "Grafana accepts the password, but not the session that it gives for it: does something in front of it drop cookies?");
    }

    private void MarkDead()
    {
        lock (turn)
            dead = session is not null;
    }

    // On disk before it is used: a crash between the two must not leave a cookie that nobody knows.
    private SignInResult Take(KeptSession session)
    {
        memory.Keep(session);
        lock (turn)
        {
            if (dead)
                logger.LogInformation("Signed in to Grafana again.");
            this.session = session;
            dead = false;
            noRotationBefore = default;
            return SignInResult.Open(Carry(session, ++generation));
        }
    }

    // New requests wait for the renewal, so that the ones under way come to an end.
    private async Task IdleAsync()
    {
        Task idle;
        lock (turn)
        {
            if (underWay == 0)
                return;
            this.idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = this.idle.Task;
        }

        try
        {
            await idle.WaitAsync(Grace, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Grafana takes the old cookie for a while longer [src]; a request that is refused all the same is repeated.
        }
    }
}
