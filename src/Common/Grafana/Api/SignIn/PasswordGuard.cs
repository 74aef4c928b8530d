using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>
/// Guards the password: one attempt, and after a refusal none for longer than Grafana's five minutes. Grafana locks a login name
/// after five wrong guesses in five minutes and then gives the right password the same 401 (docs/grafana.md §5), so an
/// impatient daemon would keep its own lock alive.
/// </summary>
internal sealed class PasswordGuard
{
    /// <summary>More than Grafana's window of five minutes.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(6);

    // A password that is wrong counts also when its answer never reaches us: stay below five of those in five minutes.
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromSeconds(75);
    private const string FormIsOff =
        "Grafana does not let anybody sign in by its form (disable_login_form in the section [auth] of grafana.ini?).";

    private static readonly TimeSpan LongestReplacePause = TimeSpan.FromHours(1);

    private readonly GrafanaClientOptions options;
    private readonly SignInDialogue dialogue;
    private readonly SignInMemory memory;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private volatile PasswordRefusal? refusal;
    private DateTimeOffset silentUntil;
    private string silence = "";
    private DateTimeOffset noReplacementBefore;

    public PasswordGuard(GrafanaClientOptions options, SignInDialogue dialogue, SignInMemory memory, TimeProvider time, ILogger logger)
    {
        (this.options, this.dialogue, this.memory, this.time, this.logger) = (options, dialogue, memory, time, logger);
        refusal = memory.Refusal;
    }

    /// <summary>
    /// The login name whose password goes along with each request, because Grafana's form opens no session
    /// (<c>[auth] disable_login_form</c>); null while it is not known to be so. Anybody's five guesses lock us out then for five minutes,
    /// so it is the last way, never the first.
    /// </summary>
    public string? WithoutSession { get; private set; }

    /// <summary>The last refusal, waited out or not; null when the password was last accepted, or not tried.</summary>
    public PasswordRefusal? LastRefusal => refusal;

    /// <summary>The refusal that has to be waited out now; null when the password may be tried.</summary>
    public PasswordRefusal? Waiting =>
        refusal is { } last && !Deadline.IsDue(last.Until, time.GetUtcNow(), Pause) ? last : null;

    /// <summary>A fresh session may be asked for although the present one still lives.</summary>
    public bool MayReplace(DateTimeOffset now) => Deadline.IsDue(noReplacementBefore, now, LongestReplacePause) && Waiting is null;

    /// <summary>Replacing did not work: the session lives on, so there is no hurry.</summary>
    public void ReplaceLater(KeptSession session)
    {
        var pause = session.Lifetime / 48;
        noReplacementBefore = time.GetUtcNow() + (pause < Pause ? Pause : pause > LongestReplacePause ? LongestReplacePause : pause);
    }

    /// <summary>A session, or the reason why there is none. Called by one at a time.</summary>
    public async Task<(KeptSession? Session, SignInResult Otherwise)> OpenAsync(string? cookieName)
    {
        WithoutSession = null;
        if (Waiting is { } waiting)
            return (null, SignInResult.Refused(waiting.Sentence(options.Clock)));
        if (!Deadline.IsDue(silentUntil, time.GetUtcNow(), PauseAfterSilence))
            return (null, SignInResult.Unreachable(silence, temporary: false));

        var (session, otherwise, mayBeLocked) = await TryAsync(options.User!, cookieName).ConfigureAwait(false);
        if (WithoutSession is not null)
            return (null, otherwise);

        // Grafana locks login names, not accounts: guesses at the one leave the other open (docs/grafana.md §5).
        if (mayBeLocked && memory.Email is { } email && !string.Equals(email, options.User, StringComparison.OrdinalIgnoreCase))
            (session, otherwise, _) = await TryAsync(email, cookieName).ConfigureAwait(false);

        if (session is not null)
        {
            refusal = null;
            logger.LogInformation("Opened a session in Grafana as {User}.", options.User);
        }
        else if (otherwise.Outcome == GrafanaOutcome.SignInFailed)
        {
            return (null, Refuse(otherwise.Detail));
        }

        return (session, otherwise);
    }

    /// <summary>
    /// Grafana refused the password that came along with a request: the account's e-mail may be open, else the password waits.
    /// </summary>
    /// <returns>Null when there is another name to try; <see cref="WithoutSession"/> is that name.</returns>
    public SignInResult? RefusedWithoutSession(GrafanaReply reply)
    {
        if (reply.MessageId != "identity.disabled" && WithoutSession == options.User && memory.Email is { } email
            && !string.Equals(email, options.User, StringComparison.OrdinalIgnoreCase))
        {
            WithoutSession = email;
            return null;
        }

        WithoutSession = null;
        return Refuse(
            $"{FormIsOff} {Why(reply)} If Basic auth is switched off as well ([auth.basic] enabled), "
            + $"{(options.IsTyped ? "switch one of the two on while the account is made." : "GRAFANA_TOKEN is the way in.")}");
    }

    /// <summary>From now on the password waits, for <paramref name="reason"/>.</summary>
    public SignInResult Refuse(string reason)
    {
        var refusal = new PasswordRefusal(time.GetUtcNow() + Pause, reason);
        memory.Keep(refusal, options.Password!);
        this.refusal = refusal;
        var sentence = options.IsOneTry ? reason : refusal.Sentence(options.Clock);
        logger.LogError("{Refusal}", sentence);
        return SignInResult.Refused(sentence);
    }

    private async Task<(KeptSession? Session, SignInResult Otherwise, bool MayBeLocked)> TryAsync(string login, string? cookieName)
    {
        var (session, reply) = await dialogue.OpenAsync(login, options.Password!, cookieName).ConfigureAwait(false);
        using (reply)
        {
            if (session is not null)
                return (session, default, false);
            if (reply.IsSuccess)
                return (
                    null,
                    SignInResult.Refused(
                        "Grafana answered the sign-in without a session cookie. Is it Grafana that answers at GRAFANA_URL?"),
                    false);
            if (reply.Status == 401)
                return (null, SignInResult.Refused(Why(reply)), reply.MessageId != "identity.disabled");

            var fault = dialogue.Judge(reply);
            if (reply.Status is 400 or 403 or 405)
            {
                // Nothing was wrong with the password, nobody looked at it. What answered has seen it already, so it may see it again.
                WithoutSession = login;
                logger.LogWarning(
                    "{Fault} {FormIsOff} The password of {User} goes along with each request instead (Basic auth). Anybody who guesses it "
                    + "five times locks us out for five minutes: GRAFANA_TOKEN, or the form, is better.", fault.Detail, FormIsOff, login);
                return (null, default, false);
            }

            if (fault.Outcome != GrafanaOutcome.Unavailable)
                return (null, SignInResult.Refused(fault.Detail), false);
            if (reply.MayHaveArrived)
            {
                silentUntil = time.GetUtcNow() + PauseAfterSilence;
                silence = options.IsOneTry ? fault.Detail : new PasswordRefusal(silentUntil, fault.Detail).Sentence(options.Clock);
            }

            // Not repeated at once, as other calls are: each repetition could be a wrong password more.
            return (null, SignInResult.Unreachable(fault.Detail, temporary: false), false);
        }
    }

    private string Why(GrafanaReply reply) => reply.MessageId == "identity.disabled"
        ? $"The account {options.User} is disabled in Grafana: enable it."
        : $"Grafana refuses the password of {options.User} ({(reply.Message.Length > 0 ? reply.Message : "401")}). " + (options.IsTyped
            ? "Either the login or the password is wrong, or five wrong guesses in five minutes have locked this login for five minutes."
            : $"Either GRAFANA_USER or GRAFANA_PASSWORD is wrong (see {options.SettingsAt}), or strangers' guesses have locked "
                + "this login: "
              + "then give the account a login that nobody guesses, or use GRAFANA_TOKEN.");
}

/// <summary>The password was refused, and is not to be tried again before <paramref name="Until"/>.</summary>
internal sealed record PasswordRefusal(DateTimeOffset Until, string Reason)
{
    public string Sentence(ZoneText clock) => $"{Reason} The next attempt is at {clock.Second(Until)}.";
}
