using System.Text;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>How the client is let in: by a token, or by a kept session.</summary>
internal abstract class Credentials
{
    public abstract SignInState State { get; }

    /// <summary>What the next request is to carry. Each credential handed out is given back with <see cref="Leave"/>.</summary>
    public abstract ValueTask<SignInResult> EnterAsync(CancellationToken cancel);

    /// <summary>The request that carried the credential has ended.</summary>
    public abstract void Leave();

    /// <summary>Grafana took the credential, whatever it then said about the request.</summary>
    public abstract void Accepted();

    /// <summary>
    /// Grafana answered 401 to <paramref name="refused"/>. Gives another way in to try with the same request, or the reason why there is
    /// none.
    /// </summary>
    /// <param name="refusals">How often this request has been refused by now, 1 and up.</param>
    public abstract Task<SignInResult> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel);

    /// <summary>Nobody asks any more: ends what was opened for this process alone. Nothing that fails here is told.</summary>
    public virtual Task EndAsync() => Task.CompletedTask;

    /// <summary>The account's e-mail is a second login name (docs/grafana.md §5).</summary>
    public abstract void RememberEmail(string email);
}

/// <summary>What a request carries to be let in.</summary>
/// <param name="Header"><c>Cookie</c> or <c>Authorization</c>.</param>
/// <param name="Generation">Counts the sessions, so that a refusal can be told from a refusal of one already replaced.</param>
internal sealed record Credential(string Header, string Value, long Generation)
{
    /// <summary>The header of a password that goes along with each request.</summary>
    public const string PasswordHeader = "Authorization";

    /// <summary>Name and password with each request: only where Grafana opens no session for them.</summary>
    public static Credential Basic(string login, string password, long generation) =>
        new(PasswordHeader, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{password}")), generation);

    /// <summary>Without the value: a record's own text would print it.</summary>
    public override string ToString() => $"{Header} #{Generation}";
}

/// <summary>
/// A credential, or the reason why there is none: <see cref="GrafanaOutcome.SignInFailed"/> or <see cref="GrafanaOutcome.Unavailable"/>.
/// </summary>
internal readonly record struct SignInResult(Credential? Credential, GrafanaOutcome Outcome, string Detail, bool Temporary = false)
{
    public static SignInResult Open(Credential credential) => new(credential, GrafanaOutcome.Done, "");

    public static SignInResult Refused(string detail) => new(null, GrafanaOutcome.SignInFailed, detail);

    public static SignInResult Unreachable(string detail, bool temporary) => new(null, GrafanaOutcome.Unavailable, detail, temporary);
}

/// <summary>How the client stands with Grafana, for STATUS and <c>check</c>.</summary>
/// <param name="Until">When the password is tried again; null unless waiting for that.</param>
/// <param name="Sentence">
/// What is so and what to do about it, in one sentence. It may carry a warning although we are signed in: the password was refused,
/// and only the kept session still works.
/// </param>
public sealed record SignInState(SignInPhase Phase, DateTimeOffset? Until, string Sentence);

/// <summary>Whether we have a way into Grafana.</summary>
public enum SignInPhase
{
    /// <summary>Nothing was asked yet; the first call signs in.</summary>
    NotYet,

    /// <summary>A session or a token was accepted by Grafana's last answer.</summary>
    SignedIn,

    /// <summary>Grafana refused what we have. With a password the next attempt comes at <see cref="SignInState.Until"/>.</summary>
    Waiting,
}

/// <summary>A service-account token: nothing to renew, and no guess of a stranger can lock it.</summary>
internal sealed class TokenCredentials(string token) : Credentials
{
    private readonly Credential credential = new("Authorization", "Bearer " + token, 0);
    private volatile SignInState state = new(SignInPhase.NotYet, null, "Grafana was not asked yet; a token is set.");

    public override SignInState State => state;

    public override ValueTask<SignInResult> EnterAsync(CancellationToken cancel) => new(SignInResult.Open(credential));

    public override void Leave()
    {
    }

    public override void Accepted()
    {
        if (state.Phase != SignInPhase.SignedIn)
            state = new(SignInPhase.SignedIn, null, "Signed in with a token.");
    }

    public override Task<SignInResult> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel)
    {
        var sentence = $"Grafana refuses the token ({(reply.Message.Length > 0 ? reply.Message : "401")}): it was deleted, has expired, " +
                       "or its service account is disabled. Make a new one and set GRAFANA_TOKEN.";
        state = new(SignInPhase.Waiting, null, sentence);
        return Task.FromResult(SignInResult.Refused(sentence));
    }

    public override void RememberEmail(string email)
    {
    }
}

/// <summary>No way in, by choice: what needs none is asked, the rest is not.</summary>
internal sealed class NoCredentials : Credentials
{
    private const string Sentence = "No account of ours is set (GRAFANA_USER and GRAFANA_PASSWORD, or GRAFANA_TOKEN).";

    public override SignInState State { get; } = new(SignInPhase.Waiting, null, Sentence);

    public override ValueTask<SignInResult> EnterAsync(CancellationToken cancel) => new(SignInResult.Refused(Sentence));

    public override void Leave()
    {
    }

    public override void Accepted()
    {
    }

    public override Task<SignInResult> RecoverAsync(Credential refused, int refusals, GrafanaReply reply, CancellationToken cancel) =>
        Task.FromResult(SignInResult.Refused(Sentence));

    public override void RememberEmail(string email)
    {
    }
}
