namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>How the client stands with Grafana, for STATUS and <c>check</c>.</summary>
/// <param name="Until">When the password is tried again; null unless waiting for that.</param>
/// <param name="Sentence">
/// What is so and what to do about it, in one sentence. It may carry a warning although we are signed in: the password was refused,
/// and only the kept session still works.
/// </param>
public sealed record SignInState(SignInPhase Phase, DateTimeOffset? Until, string Sentence);
