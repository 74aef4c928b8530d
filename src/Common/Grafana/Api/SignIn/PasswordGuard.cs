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

    private readonly GrafanaClientOptions _options;
    private readonly SignInDialogue _dialogue;
    private readonly SignInMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile PasswordRefusal? _refusal;
    private DateTimeOffset _silentUntil;
    private string _silence = "";
    private DateTimeOffset _noReplacementBefore;

    public PasswordGuard(GrafanaClientOptions options, SignInDialogue dialogue, SignInMemory memory, TimeProvider time, ILogger logger)
    {
        (_options, _dialogue, _memory, _time, _logger) = (options, dialogue, memory, time, logger);
        _refusal = memory.Refusal;
    }

    /// <summary>
    /// The login name whose password goes along with each request, because Grafana's form opens no session
    /// (<c>[auth] disable_login_form</c>); null while it is not known to be so. Anybody's five guesses lock us out then for five minutes,
    /// so it is the last way, never the first.
    /// </summary>
    public string? WithoutSession { get; private set; }

    /// <summary>The last refusal, waited out or not; null when the password was last accepted, or not tried.</summary>
    public PasswordRefusal? LastRefusal => _refusal;

    /// <summary>The refusal that has to be waited out now; null when the password may be tried.</summary>
    public PasswordRefusal? Waiting => _refusal is { } refusal && !Deadline.IsDue(refusal.Until, _time.GetUtcNow(), Pause) ? refusal : null;

    /// <summary>A fresh session may be asked for although the present one still lives.</summary>
    public bool MayReplace(DateTimeOffset now) => Deadline.IsDue(_noReplacementBefore, now, LongestReplacePause) && Waiting is null;

    /// <summary>Replacing did not work: the session lives on, so there is no hurry.</summary>
    public void ReplaceLater(KeptSession session)
    {
        var pause = session.Lifetime / 48;
        _noReplacementBefore = _time.GetUtcNow() + (pause < Pause ? Pause : pause > LongestReplacePause ? LongestReplacePause : pause);
    }

    /// <summary>A session, or the reason why there is none. Called by one at a time.</summary>
    public async Task<(KeptSession? Session, SignInResult Otherwise)> OpenAsync(string? cookieName)
    {
        WithoutSession = null;
        if (Waiting is { } waiting)
            return (null, SignInResult.Refused(waiting.Sentence(_options.Clock)));
        if (!Deadline.IsDue(_silentUntil, _time.GetUtcNow(), PauseAfterSilence))
            return (null, SignInResult.Unreachable(_silence, temporary: false));

        var (session, otherwise, mayBeLocked) = await TryAsync(_options.User!, cookieName).ConfigureAwait(false);
        if (WithoutSession is not null)
            return (null, otherwise);

        // Grafana locks login names, not accounts: guesses at the one leave the other open (docs/grafana.md §5).
        if (mayBeLocked && _memory.Email is { } email && !string.Equals(email, _options.User, StringComparison.OrdinalIgnoreCase))
            (session, otherwise, _) = await TryAsync(email, cookieName).ConfigureAwait(false);

        if (session is not null)
        {
            _refusal = null;
            _logger.LogInformation("Opened a session in Grafana as {User}.", _options.User);
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
        if (reply.MessageId != "identity.disabled" && WithoutSession == _options.User && _memory.Email is { } email
            && !string.Equals(email, _options.User, StringComparison.OrdinalIgnoreCase))
        {
            WithoutSession = email;
            return null;
        }

        WithoutSession = null;
        return Refuse(
            $"{FormIsOff} {Why(reply)} If Basic auth is switched off as well ([auth.basic] enabled), "
            + $"{(_options.IsTyped ? "switch one of the two on while the account is made." : "GRAFANA_TOKEN is the way in.")}");
    }

    /// <summary>From now on the password waits, for <paramref name="reason"/>.</summary>
    public SignInResult Refuse(string reason)
    {
        var refusal = new PasswordRefusal(_time.GetUtcNow() + Pause, reason);
        _memory.Keep(refusal, _options.Password!);
        _refusal = refusal;
        var sentence = _options.IsOneTry ? reason : refusal.Sentence(_options.Clock);
        _logger.LogError("{Refusal}", sentence);
        return SignInResult.Refused(sentence);
    }

    private async Task<(KeptSession? Session, SignInResult Otherwise, bool MayBeLocked)> TryAsync(string login, string? cookieName)
    {
        var (session, reply) = await _dialogue.OpenAsync(login, _options.Password!, cookieName).ConfigureAwait(false);
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

            var fault = _dialogue.Judge(reply);
            if (reply.Status is 400 or 403 or 405)
            {
                // Nothing was wrong with the password, nobody looked at it. What answered has seen it already, so it may see it again.
                WithoutSession = login;
                _logger.LogWarning(
                    "{Fault} {FormIsOff} The password of {User} goes along with each request instead (Basic auth). Anybody who guesses it "
                    + "five times locks us out for five minutes: GRAFANA_TOKEN, or the form, is better.", fault.Detail, FormIsOff, login);
                return (null, default, false);
            }

            if (fault.Outcome != GrafanaOutcome.Unavailable)
                return (null, SignInResult.Refused(fault.Detail), false);
            if (reply.MayHaveArrived)
            {
                _silentUntil = _time.GetUtcNow() + PauseAfterSilence;
                _silence = _options.IsOneTry ? fault.Detail : new PasswordRefusal(_silentUntil, fault.Detail).Sentence(_options.Clock);
            }

            // Not repeated at once, as other calls are: each repetition could be a wrong password more.
            return (null, SignInResult.Unreachable(fault.Detail, temporary: false), false);
        }
    }

    private string Why(GrafanaReply reply) => reply.MessageId == "identity.disabled"
        ? $"The account {_options.User} is disabled in Grafana: enable it."
        : $"Grafana refuses the password of {_options.User} ({(reply.Message.Length > 0 ? reply.Message : "401")}). " + (_options.IsTyped
            ? "Either the login or the password is wrong, or five wrong guesses in five minutes have locked this login for five minutes."
            : $"Either GRAFANA_USER or GRAFANA_PASSWORD is wrong (see {_options.SettingsAt}), or strangers' guesses have locked "
                + "this login: "
              + "then give the account a login that nobody guesses, or use GRAFANA_TOKEN.");
}

/// <summary>The password was refused, and is not to be tried again before <paramref name="Until"/>.</summary>
internal sealed record PasswordRefusal(DateTimeOffset Until, string Reason)
{
    public string Sentence(ZoneText clock) => $"{Reason} The next attempt is at {clock.Second(Until)}.";
}
