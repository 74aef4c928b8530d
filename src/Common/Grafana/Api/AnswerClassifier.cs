namespace Athena.Common.Grafana.Api;

/// <summary>What an answer other than success means (docs/grafana.md §5). Pure: everything it knows is in the reply.</summary>
internal static class AnswerClassifier
{
    private const string PermissionsNeeded = "Permissions needed: ";

    public static RequestAttempt Of(GrafanaRequest request, GrafanaReply reply, Uri baseAddress)
    {
        if (reply.Failure is { } failure)
            return new(GrafanaOutcome.Unavailable, null, $"Could not {request.Purpose}. {failure}", reply.Temporary);

        // With Grafana's own body; another is a gateway's that finds no Grafana (docs/grafana.md §8).
        if (reply.Status == 503 && request.Route == Route.Health && AnswerJson.Health(reply.Body) is not null)
            return new(GrafanaOutcome.Unavailable, null, GrafanaHealth.DatabaseAway, MayRetry: false);
        var said = reply.Message.Length > 0 ? $"{reply.Status}, “{reply.Message}”" : $"{reply.Status}";
        return reply.Status switch
        {
            401 => new(GrafanaOutcome.SignInFailed, null, $"Could not {request.Purpose}: Grafana says we are not signed in ({said})."),
            403 when reply.MessageId == "org.externallySynced" => new(
                GrafanaOutcome.ExternalUser, null, $"Could not {request.Purpose}: the role comes from single sign-on ({said})."),
            403 => new(GrafanaOutcome.Refused, null, $"May not {request.Purpose}{Place(request)}: {Permission(reply, said)}"),
            404 when NamesItsSubject(reply.Message) => new(
                GrafanaOutcome.Gone, null, $"Could not {request.Purpose}: Grafana does not have it (any more) ({said})."),
            404 => new(
                GrafanaOutcome.Unavailable, null,
                $"Could not {request.Purpose}: {baseAddress} does not know this address ({said}). Does GRAFANA_URL lack Grafana's "
                + "sub-path?"),
            412 => new(GrafanaOutcome.AlreadySo, null, $"Could not {request.Purpose}: there is one already ({said})."),
            408 or 425 or 429 => Busy(request, reply, said),
            >= 400 and < 500 => new(GrafanaOutcome.Refused, null, $"Grafana refuses to {request.Purpose} ({said})."),
            >= 500 => Busy(request, reply, said) with
            {
                ClaimsExternal = reply.Message.Contains("external user", StringComparison.OrdinalIgnoreCase),
            },
            _ => new(GrafanaOutcome.Unavailable, null,
                $"Could not {request.Purpose}: {baseAddress} gave an answer that Grafana does not give ({said})."),
        };
    }

    /// <summary>Success, but the body is not what Grafana sends: a login page of something in front, or a broken answer.</summary>
    public static RequestAttempt NotUnderstood(GrafanaRequest request, Uri baseAddress) => new(
        GrafanaOutcome.Unavailable, null,
        $"Could not {request.Purpose}: the answer of {baseAddress} is not the JSON that Grafana sends. Does something stand in "
        + "front of it?", MayRetry: true);

    /// <summary>
    /// Success and JSON, but without what decisions hang on: an update of Grafana may have renamed it. Nothing is decided by it.
    /// </summary>
    public static RequestAttempt NotUnderstood(GrafanaRequest request, Uri baseAddress, Misfit misfit) => new(
        GrafanaOutcome.NotUnderstood, null,
        $"Could not {request.Purpose}: {baseAddress} answers, but {misfit.What}. Nothing is decided by such an answer. "
        + "Was Grafana updated, or does something in front of it change what it answers?");

    private static RequestAttempt Busy(GrafanaRequest request, GrafanaReply reply, string said)
    {
        var asksForLong = reply.RetryAfter > RetryPolicy.LongestPause;
        var wait = asksForLong ? $" It asks us to stay away for {reply.RetryAfter!.Value.TotalSeconds:0} s." : "";
        return new(
            GrafanaOutcome.Unavailable, null, $"Could not {request.Purpose}: Grafana answers {said}.{wait}",
            MayRetry: !asksForLong, RetryAfter: reply.RetryAfter);
    }

    // An unknown route, or a proxy's own page, is 404 too. Taking that for "the user is gone" would drop somebody from sight;
    // Grafana's own answers about a subject name it: "user not found", "User not found", "Dashboard not found".
    private static bool NamesItsSubject(string message) =>
        message.EndsWith(" not found", StringComparison.OrdinalIgnoreCase);

    private static string Place(GrafanaRequest request) => request.OrgId is { } org ? $" in the organisation {org}" : "";

    // A server administrator is no Admin of any organisation (docs/grafana.md §5): it may list users and not a single service account.
    private static string Permission(GrafanaReply reply, string said)
    {
        var at = reply.Message.IndexOf(PermissionsNeeded, StringComparison.Ordinal);
        return at < 0 || at + PermissionsNeeded.Length == reply.Message.Length
            ? $"Grafana refuses it to our account ({said}). {reply.RightsAdvice}"
            : $"our account lacks the permission {reply.Message[(at + PermissionsNeeded.Length)..].TrimEnd('.')}. {reply.RightsAdvice}";
    }
}

/// <summary>
/// Grafana answered, but the answer lacks something that decisions hang on. The harmless reading of what is missing is never taken.
/// </summary>
/// <param name="What">A clause: <c>the account with id 8 has no “isDisabled”</c>.</param>
internal sealed record Misfit(string What)
{
    public static Misfit Missing(string field, long id) => new($"the account with id {id} has no “{field}”");

    public static Misfit MissingEverywhere(string field) => new($"no account in it has “{field}”");
}
