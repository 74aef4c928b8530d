using System.Text.Json;
using Athena.Common.Daemon.Control;
using Athena.Common.Settings;

namespace Athena.Common.Daemon.Decisions;

/// <summary>
/// How the web page of decisions asks the daemon, over a socket of its own: two verbs, and nothing else is answered there. The page knows
/// neither accounts nor secrets; it shows what it is told.
/// </summary>
public static class DecisionDesk
{
    /// <summary>The socket, in a folder that the daemon and the page's user share.</summary>
    public const string SocketPath = "/run/athena-workers-decisions/desk";

    /// <summary>What stands behind a link: a <see cref="DecisionPage"/>. Changes nothing, however often it is asked.</summary>
    public const string Describe = "describe";

    /// <summary>Decides, where all of it fits together: a <see cref="DecisionAnswer"/>.</summary>
    public const string Decide = "decide";

    /// <summary>Arguments of both: the last part of the link; and whoever the proxy says it is, if it says so.</summary>
    public const string Token = "token";

    /// <summary>The header <c>Cf-Access-Jwt-Assertion</c> as it came; the daemon verifies it.</summary>
    public const string Assertion = "assertion";

    /// <summary>The header <c>X-Forwarded-Email</c>; given on where the page listens on a unix socket alone.</summary>
    public const string ForwardedEmail = "email";

    /// <summary>Of <see cref="Decide"/>: <see cref="DecisionPage.Form"/> of the page from which it comes.</summary>
    public const string Form = "form";

    /// <summary>Of <see cref="Decide"/>: the PIN as it was typed.</summary>
    public const string Pin = "pin";

    /// <summary>Of <see cref="Decide"/>: why, in at most <see cref="MostReason"/> characters.</summary>
    public const string Reason = "reason";

    /// <summary>Of <see cref="Decide"/>: <c>yes</c> when the reason is to be mailed to the applicant.</summary>
    public const string Tell = "tell";

    /// <summary>Of <see cref="Decide"/>: the last day of access, <c>2027-03-31</c>.</summary>
    public const string Until = "until";

    /// <summary>The longest reason that is taken.</summary>
    public const int MostReason = 500;

    /// <summary>A reply of the daemon that carries one of both.</summary>
    public static ControlReply Reply(DecisionPage page) =>
        new(ExitCode.Ok, page.Title, JsonSerializer.Serialize(page, DecisionJson.Default.DecisionPage));

    /// <inheritdoc cref="Reply(DecisionPage)"/>
    public static ControlReply Reply(DecisionAnswer answer) =>
        new(ExitCode.Ok, answer.Title, JsonSerializer.Serialize(answer, DecisionJson.Default.DecisionAnswer));

    /// <summary>What a reply says; null when it is none of <see cref="Describe"/>.</summary>
    public static DecisionPage? ReadPage(ControlReply? reply) =>
        Read(reply, json => JsonSerializer.Deserialize(json, DecisionJson.Default.DecisionPage));

    /// <summary>What a reply says; null when it is none of <see cref="Decide"/>.</summary>
    public static DecisionAnswer? ReadAnswer(ControlReply? reply) =>
        Read(reply, json => JsonSerializer.Deserialize(json, DecisionJson.Default.DecisionAnswer));

    private static T? Read<T>(ControlReply? reply, Func<string, T?> read)
        where T : class
    {
        try
        {
            return reply?.Json is { } json ? read(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
