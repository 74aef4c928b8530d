using System.Globalization;
using System.Net.Http.Headers;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Telemetry;
using Athena.Decisions.Desk;
using Athena.Decisions.Pages;
using Athena.Decisions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Athena.Decisions.Web;

/// <summary>
/// What is answered. Whoever looks, however often, changes nothing: only a POST with what the page asks for goes on as a decision, and
/// whether it is one is the daemon's to say.
/// </summary>
/// <param name="identity">Whose word about who it is goes on.</param>
internal sealed class DecisionSite(DeskClient desk, Crowd crowd, ProxyIdentity identity, ILogger<DecisionSite> logger)
{
    /// <summary>Stands before the token, below whatever path the proxy has.</summary>
    private const string Folder = "/athena/decide";

    private const string PinMissing = "Your PIN is missing. Nothing was decided.";
    private const string NotSure = "Tick the box above the button, and no other that says to leave it empty. Nothing was decided.";

    private static readonly string ReasonTooLong =
        $"The reason is longer than {DecisionDesk.MostReason} characters. Nothing was decided.";

    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            var (status, page) = await ChooseAsync(context).ConfigureAwait(false);
            await WriteAsync(context, status, page).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, e.StatusCode, PageWriter.Unreadable).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone; there is nobody to answer.
            context.Abort();
        }
        catch (Exception e)
        {
            logger.Event(DecisionsEvents.PageFault, $"A page could not be made: {e.Message}", exception: e);
            if (!context.Response.HasStarted)
                await WriteAsync(context, StatusCodes.Status500InternalServerError, PageWriter.Faulty).ConfigureAwait(false);
        }
    }

    /// <summary>The last part of the address; null when it is no address of a decision.</summary>
    internal static LinkToken? TokenOf(string? path)
    {
        var at = path?.LastIndexOf('/') ?? -1;
        return at >= 0 && path.AsSpan(0, at).EndsWith(Folder, StringComparison.Ordinal) ? LinkToken.Of(path.AsSpan(at + 1)) : null;
    }

    private async Task<(int Status, HtmlPage Page)> ChooseAsync(HttpContext context)
    {
        var request = context.Request;
        var isPost = HttpMethods.IsPost(request.Method);
        var isKnown = isPost || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!isPost && isKnown && request.Path.Value?.EndsWith($"{Folder}/{PageOnTheWay.Sample}", StringComparison.Ordinal) == true)
            return (StatusCodes.Status200OK, PageWriter.Sample);
        if (TokenOf(request.Path.Value) is not { } token || !isKnown)
            return (StatusCodes.Status404NotFound, PageWriter.Closed);
        if (!await crowd.LetInAsync(token, context.RequestAborted).ConfigureAwait(false))
            return (StatusCodes.Status429TooManyRequests, PageWriter.Crowded);

        var proof = ProofOf(request);
        var given = isPost ? await SentForm.ReadAsync(request, context.RequestAborted).ConfigureAwait(false) : null;
        if (isPost && given is null) return (StatusCodes.Status400BadRequest, PageWriter.Unreadable);
        if (await desk.DescribeAsync(token, proof, context.RequestAborted).ConfigureAwait(false) is not { } page)
            return (StatusCodes.Status503ServiceUnavailable, PageWriter.Silent);
        if (page.Status == DecisionStatus.Open) crowd.Remember(token);
        return given is null ? Show(page, token) : await DecideAsync(token, page, proof, given).ConfigureAwait(false);
    }

    private static (int Status, HtmlPage Page) Show(DecisionPage page, LinkToken token, string? refusal = null, DecisionInput? typed = null)
    {
        var shown = PageWriter.Of(page, token.Text, refusal, typed);
        return (
            shown == PageWriter.Closed ? StatusCodes.Status404NotFound
            : refusal is not null ? StatusCodes.Status422UnprocessableEntity
            : StatusCodes.Status200OK,
            shown);
    }

    private async Task<(int Status, HtmlPage Page)> DecideAsync(
        LinkToken token, DecisionPage page, IReadOnlyDictionary<string, string> proof, SentForm given)
    {
        // A PIN that was not typed is no try, and a button that a program pressed no decision: neither goes on to the daemon.
        var missing = page.Status != DecisionStatus.Open ? null
            : DecisionForm.AsksForPin(page) && given.Pin.Length == 0 ? PinMissing
            : DecisionForm.AsksWhetherSure(page) && !given.IsSure ? NotSure
            : given.Typed.Reason.Length > DecisionDesk.MostReason ? ReasonTooLong
            : null;
        if (missing is not null) return Show(page, token, missing, given.Typed);

        // Whoever goes away now has decided all the same: it is not broken off.
        var answer = await desk.DecideAsync(token, given.With(proof), CancellationToken.None).ConfigureAwait(false);
        var (what, outcome) = (page.Choice?.ToString() ?? "A decision", answer?.Outcome.ToString() ?? "no answer");
        logger.Event(DecisionsEvents.Decided, $"{what} by link {token.Name}: {outcome}.", @case: token.Name);
        if (answer is null) return (StatusCodes.Status503ServiceUnavailable, PageWriter.Unknown);
        return answer.Outcome switch
        {
            DecisionOutcome.Refused => Show(answer.Page ?? page, token, answer.Text, given.Typed),
            DecisionOutcome.Closed => (StatusCodes.Status404NotFound, PageWriter.Closed),
            DecisionOutcome.Done or DecisionOutcome.Noted or DecisionOutcome.DecidedBefore =>
                (StatusCodes.Status200OK, PageWriter.Of(answer, page, LinkToken.Of(answer.Undo)?.Text)),
        };
    }

    /// <summary>The proxy's word, where it is to be believed or verified; said more than once it is nobody's.</summary>
    private Dictionary<string, string> ProofOf(HttpRequest request)
    {
        var (name, header) = identity switch
        {
            ProxyIdentity.None => ("", ""),
            ProxyIdentity.Access => (DecisionDesk.Assertion, "Cf-Access-Jwt-Assertion"),
            ProxyIdentity.OAuth2Proxy => (DecisionDesk.ForwardedEmail, "X-Forwarded-Email"),
        };
        return header.Length > 0 && request.Headers[header] is [{ Length: > 0 } word] && !word.Contains(',')
            ? new() { [name] = word }
            : [];
    }

    private static async Task WriteAsync(HttpContext context, int status, HtmlPage page)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = page.Html.Length;
        response.Headers.ContentSecurityPolicy = page.Policy;
        response.Headers.CacheControl = "no-store, no-transform";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers[PageOnTheWay.DigestHeader] = PageOnTheWay.DigestOf(page.Html);
        var wait = status switch
        {
            StatusCodes.Status429TooManyRequests => 5,
            StatusCodes.Status503ServiceUnavailable => 60,
            _ => 0,
        };
        if (wait > 0) response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(page.Html, context.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>What came with a POST.</summary>
/// <param name="Form">The page's one-time value.</param>
/// <param name="Pin">As it was typed, without the spaces round it; empty when nothing was.</param>
/// <param name="IsSure">Whether the box was ticked that says so, and not also the one that nobody sees.</param>
/// <param name="Typed">The rest.</param>
internal sealed record SentForm(string Form, string Pin, bool IsSure, DecisionInput Typed)
{
    private const string Kind = "application/x-www-form-urlencoded";

    /// <summary>Fields, and bytes of each, are bounded beside the body itself (<see cref="DecisionServer"/>).</summary>
    private static readonly FormOptions Bounds = new() { ValueCountLimit = 16, KeyLengthLimit = 64, ValueLengthLimit = 8 * 1024 };

    /// <summary>Null when it is no form, or says one thing twice.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, or came too slowly.</exception>
    public static async Task<SentForm?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !Kind.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)) return null;
        IFormCollection fields;
        try
        {
            request.HttpContext.Features.Set<IFormFeature>(new FormFeature(request, Bounds));
            fields = await request.ReadFormAsync(cancel).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        if (fields.Any(field => field.Value.Count != 1)) return null;
        return new SentForm(
            fields[DecisionDesk.Form].ToString(), fields[DecisionDesk.Pin].ToString().Trim(),
            fields[DecisionForm.Sure] == DecisionForm.Yes && !fields.ContainsKey(DecisionForm.Program),
            new DecisionInput(
                OneLine(fields[DecisionDesk.Reason].ToString()), fields[DecisionDesk.Tell] == DecisionForm.Yes,
                fields[DecisionDesk.Until].ToString().Trim()));
    }

    /// <summary>As the daemon is told of it, beside the proxy's word; what was left empty is not there.</summary>
    public IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> proof)
    {
        var given = new Dictionary<string, string>(proof);
        foreach (var (name, value) in ((string Name, string Value)[])[
            (DecisionDesk.Form, Form), (DecisionDesk.Pin, Pin), (DecisionDesk.Reason, Typed.Reason),
            (DecisionDesk.Tell, Typed.Tells ? DecisionForm.Yes : ""), (DecisionDesk.Until, Typed.Until)])
            if (value.Length > 0) given[name] = value;
        return given;
    }

    /// <summary>A field of several lines is for the eye of whoever writes; what is said is one line.</summary>
    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
