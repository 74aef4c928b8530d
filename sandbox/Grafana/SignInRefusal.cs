namespace Athena.Sandbox.Grafana;

/// <summary>Why somebody is not let in, in the words of the recordings: the login form and the API answer in different shapes.</summary>
internal sealed record SignInRefusal(string MessageId, string Message, string Logged, LogNote? Note)
{
    private const string PasswordFailed = "password-auth.failed";
    private const string WrongNameOrPassword = "Invalid username or password";
    private const string Failed = "Failed to authenticate request";

    public static readonly SignInRefusal Disabled = new("identity.disabled", "Unauthorized", "identity is disabled", null);

    public static readonly Answer NoCredentials =
        new SignInRefusal("auth.unauthorized", "Unauthorized", "cannot authenticate request", null).ForApi();

    public static readonly Answer NeedsRotation =
        new SignInRefusal("session.token.rotate", "Unauthorized", "token needs to be rotated", null).ForApi();

    public static readonly Answer BadKey = new SignInRefusal("api-key.invalid", "Invalid API key", "API key is invalid",
        new LogNote(
            "authn.service",
            "info",
            Failed,
            false,
            ("client", "auth.client.api-key"),
            ("error", "[api-key.invalid] API key is invalid"))).ForApi();

    public static readonly Answer UnknownKey = Bare("auth.client.api-key", "invalid API key");

    public static readonly Answer NoSession = Bare("auth.client.session", "user token not found");

    public static SignInRefusal Locked(string client) =>
        Password(client, "too many consecutive incorrect login attempts for user - login for user temporarily blocked");

    public static SignInRefusal UnknownLogin(string client) =>
        Password(client, "failed to authenticate identity: [identity.not-found] no user found: user not found");

    public static SignInRefusal WrongPassword(string client) =>
        Password(client, "failed to authenticate identity: [password-auth.invalid] invalid password");

    public Answer ForApi() =>
        Logging(Answer.FromFramework(
            401, new { extra = (object?)null, message = Message, messageId = MessageId, statusCode = 401, traceID = "" }));

    public Answer ForLoginForm() => Logging(Answer.Json(new { statusCode = 401, messageId = MessageId, message = Message }, 401));

    private static SignInRefusal Password(string client, string why) => new(PasswordFailed, WrongNameOrPassword, why,
        new LogNote("authn.service", "info", Failed, false, ("client", "auth.client." + client), ("error", $"[{PasswordFailed}] {why}")));

    private static Answer Bare(string client, string error) =>
        Answer.FromFramework(401, new { message = "Unauthorized", traceID = "" }) with
        {
            LogFields = [("error", error)],
            Notes = [new LogNote("authn.service", "warn", Failed, false, ("client", client), ("error", error))],
        };

    private Answer Logging(Answer answer) => answer with
    {
        LogFields = Answer.ErrorFields("Unauthorized", MessageId, Logged),
        Notes = Note is null ? [] : [Note],
    };
}
