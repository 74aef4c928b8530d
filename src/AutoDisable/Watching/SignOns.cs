using Athena.AutoDisable.Evidence;
using Athena.Common.GrafanaLog.Line;

namespace Athena.AutoDisable.Watching;

/// <summary>
/// The last answers of single sign-on. They name nobody (<c>GET /login/generic_oauth</c> 302 with userId=0; docs/grafana.md §5), so one is
/// taken for somebody's only when their first request follows it soon from the same address.
/// </summary>
internal sealed class SignOns
{
    private const int MostRemembered = 32;

    /// <summary>After the answer the browser loads the page, whose first line may be that of the websocket some seconds later.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly Queue<(DateTimeOffset At, string Provider, string Address)> recent = new();

    /// <summary>Takes a line with status 302 and userId=0, whatever it is about.</summary>
    public void Note(in LogLine line)
    {
        if (line.Time is not { } at || Provider(line) is not { } provider) return;
        if (recent.Count == MostRemembered) recent.Dequeue();
        recent.Enqueue((at, provider, line.RemoteAddress.ToString()));
    }

    /// <summary>The sign-on that this request of an unknown id probably followed; null when there is none.</summary>
    public SignedOn? Before(in LogLine line)
    {
        if (recent.Count == 0 || line.Time is not { } at) return null;
        var address = line.RemoteAddress.ToString();
        SignedOn? nearest = null;
        foreach (var signOn in recent)
        {
            if (signOn.Address == address && signOn.At <= at && at - signOn.At <= Soon && !(nearest?.At > signOn.At))
                nearest = new SignedOn(signOn.At, line.UserId, signOn.Provider, signOn.Address);
        }

        return nearest;
    }

    private static string? Provider(in LogLine line)
    {
        if (line.Path.Equals("/saml/acs"u8)) return "saml";
        if (!line.Method.Equals("GET"u8) || !line.Path.StartsWith("/login/"u8)) return null;
        var provider = line.Path.ToString()["/login/".Length..];
        return provider.Length is > 0 and <= 32 && provider.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? provider : null;
    }
}
