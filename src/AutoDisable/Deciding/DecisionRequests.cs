using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// Answers the web page: what stands behind a token, and a decision. Whatever it is asked, and however often, the gate is asked only where
/// the token is a link of ours; a PIN is looked at by one thread at a time, which is none of the gate's.
/// </summary>
/// <param name="ask">The gate, which has the last word.</param>
/// <param name="access">Verifies what Cloudflare Access says; null where it is not used.</param>
internal sealed class DecisionRequests(
    DecisionBook book,
    DecisionOptions options,
    AccessAssertion? access,
    Func<DecisionLink, string, IReadOnlyDictionary<string, string>, CancellationToken, Task<ControlReply>> ask,
    TimeZoneInfo zone,
    TimeSpan undoFor,
    TimeProvider time) : IDisposable
{
    /// <summary>The two questions to the gate.</summary>
    public const string Page = "decision-page";

    /// <inheritdoc cref="Page"/>
    public const string Decide = "decide";

    /// <summary>A page is good for one of these and the next.</summary>
    private static readonly TimeSpan FormLife = TimeSpan.FromMinutes(15);

    private readonly byte[] formKey = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim pins = new(1);

    /// <summary>Answers one request of the page. Never throws but for its token.</summary>
    public async Task<ControlReply> AnswerAsync(ControlRequest request, CancellationToken cancel)
    {
        if (request.Command is not (DecisionDesk.Describe or DecisionDesk.Decide))
            return new ControlReply(ExitCode.Usage, "Here two things can be asked: describe and decide.\n");
        string Given(string name) => request.Arguments.GetValueOrDefault(name) ?? "";
        var token = Given(DecisionDesk.Token);
        if (book.Find(token) is not { } link || !options.MailTo.Contains(link.Address))
        {
            return request.Command == DecisionDesk.Decide
                ? DecisionDesk.Reply(new DecisionAnswer(DecisionOutcome.Closed, DecisionPage.Closed.Title, DecisionPage.Closed.Lead))
                : DecisionDesk.Reply(DecisionPage.Closed);
        }

        var identity = await IdentityAsync(Given(DecisionDesk.Assertion), Given(DecisionDesk.ForwardedEmail), cancel).ConfigureAwait(false);
        return request.Command == DecisionDesk.Decide
            ? DecisionDesk.Reply(await DecideAsync(link, token, identity, Given, cancel).ConfigureAwait(false))
            : DecisionDesk.Reply(await PageAsync(link, token, identity, cancel).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public void Dispose() => pins.Dispose();

    private async Task<DecisionPage> PageAsync(DecisionLink link, string token, string? identity, CancellationToken cancel)
    {
        var reply = await ask(link, Page, new Dictionary<string, string>(), cancel).ConfigureAwait(false);
        if (DecisionDesk.ReadPage(reply) is not { Status: DecisionStatus.Open } page) return DecisionPage.Closed;
        return page with { Form = Form(token, 0), Identity = identity, Proof = Needed(link, identity) };
    }

    private async Task<DecisionAnswer> DecideAsync(
        DecisionLink link, string token, string? identity, Func<string, string> given, CancellationToken cancel)
    {
        var (why, more) = await ReadyAsync(link, token, identity, given, cancel).ConfigureAwait(false);
        if (why is null)
        {
            var reply = await ask(link, Decide, more, cancel).ConfigureAwait(false);
            if (DecisionDesk.ReadAnswer(reply) is { } answer)
                return link.Choice != DecisionChoice.Undo && answer.DecidedAt is { } at ? answer with { Undo = UndoOf(link, at) } : answer;
            why = "The daemon could not do it. Decide in Grafana, or try again in a minute.";
        }

        var page = await PageAsync(link, token, identity, cancel).ConfigureAwait(false);
        return new DecisionAnswer(DecisionOutcome.Refused, "Not done", why)
        {
            Page = page.Status == DecisionStatus.Open ? page : null,
        };
    }

    /// <summary>What goes with the decision to the gate; or why it does not.</summary>
    private async Task<(string? Why, Dictionary<string, string> More)> ReadyAsync(
        DecisionLink link, string token, string? identity, Func<string, string> given, CancellationToken cancel)
    {
        if (!IsForm(token, given(DecisionDesk.Form))) return ("This page was open for too long. Look once more.", []);
        var more = new Dictionary<string, string>();
        if (given(DecisionDesk.Reason).Trim() is { Length: > 0 } reason)
            more["reason"] = UntrustedText.Visible(reason, DecisionDesk.MostReason);
        if (given(DecisionDesk.Tell) == "yes") more["tell"] = "yes";
        if (given(DecisionDesk.Until) is { Length: > 0 } until)
        {
            if (!TimeArgument.TryParseEnd(until, zone, out var end) || end <= time.GetUtcNow())
                return ("The last day must be one to come, as in 2027-03-31.", []);
            more["until"] = until;
        }

        more["by"] = $"{link.Address} ({How(link, identity)})";
        return (Needed(link, identity) switch
        {
            DecisionProof.None => null,
            DecisionProof.Pin => await WhyNotAsync(link, given(DecisionDesk.Pin), cancel).ConfigureAwait(false),
            DecisionProof.Identity => $"You must be signed in as {link.Address} to approve. Sign in as that, and open the link again.",
        }, more);
    }

    /// <summary>A link that takes back what was just decided; null where that cannot be.</summary>
    private string? UndoOf(DecisionLink link, DateTimeOffset decided) => undoFor > TimeSpan.Zero
        ? book.Issue([link with { Choice = DecisionChoice.Undo, Matter = decided, Until = time.GetUtcNow() + undoFor }])?[0]
        : null;

    /// <summary>For the audit; a link alone does not prove who followed it.</summary>
    private static string How(DecisionLink link, string? identity) =>
        link.Address.Equals(identity, StringComparison.OrdinalIgnoreCase) ? "link, signed in"
        : link.Choice == DecisionChoice.Approve ? "link and PIN" : "link";

    /// <summary>Only what lets somebody in needs more than the link.</summary>
    private DecisionProof Needed(DecisionLink link, string? identity) => (link.Choice, options.Proof) switch
    {
        (DecisionChoice.Reject or DecisionChoice.Undo, _) => DecisionProof.None,
        (DecisionChoice.Approve, ApprovalProof.Pin) => DecisionProof.Pin,
        (DecisionChoice.Approve, ApprovalProof.Access or ApprovalProof.Proxy) =>
            link.Address.Equals(identity, StringComparison.OrdinalIgnoreCase) ? DecisionProof.None : DecisionProof.Identity,
    };

    private async Task<string?> IdentityAsync(string assertion, string forwarded, CancellationToken cancel) => options.Proof switch
    {
        ApprovalProof.Access when assertion.Length > 0 && access is not null =>
            await access.AddressAsync(assertion, cancel).ConfigureAwait(false),
        ApprovalProof.Proxy when forwarded.Length > 0 => forwarded,
        ApprovalProof.Access or ApprovalProof.Proxy or ApprovalProof.Pin => null,
    };

    private async Task<string?> WhyNotAsync(DecisionLink link, string pin, CancellationToken cancel)
    {
        if (pin.Length == 0) return "Type your PIN."; // Whoever presses every button has none, and it is no try.
        await pins.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => book.WhyNot(link, pin), cancel).ConfigureAwait(false);
        }
        finally
        {
            pins.Release();
        }
    }

    private bool IsForm(string token, string form) => Enumerable.Range(0, 2).Any(ago =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Form(token, ago)), Encoding.UTF8.GetBytes(form)));

    /// <summary>Of this token, this process and this quarter of an hour, or one some quarters ago.</summary>
    private string Form(string token, int ago)
    {
        var quarter = (time.GetUtcNow().UtcTicks / FormLife.Ticks) - ago;
        return Convert.ToHexStringLower(HMACSHA256.HashData(
            formKey, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{token}\n{quarter}"))));
    }
}
