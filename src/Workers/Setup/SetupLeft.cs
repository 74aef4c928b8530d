using Athena.Common.Daemon.Units;

namespace Athena.Workers.Setup;

/// <summary>What is somebody else's to do before a link or a button decides: the proxy's, and each admin's own PIN. Pure.</summary>
internal static class SetupLeft
{
    /// <summary>Where the page listens for a proxy on this host.</summary>
    public const string PageSocket = "/run/athena-workers-decisions.sock";

    /// <summary>A line each; none where nobody decides so.</summary>
    /// <param name="known">A setting's value; null where it has none.</param>
    public static IEnumerable<string> Lines(Func<string, string?> known, bool isFromMails, bool isInChat)
    {
        if (!isFromMails && !isInChat) yield break;
        yield return $"\nBefore somebody decides {(isFromMails ? "from a mail" : "in the chat")}:";
        var identity = known(SetupQuestions.Identity) ?? SetupQuestions.NoIdentity;
        if (isFromMails)
        {
            if (identity == "oauth2-proxy")
                yield return
                    $"  sudo systemctl edit {PageUnits.Page}.socket   # [Socket], ListenStream= empty, then ListenStream={PageSocket}";
            yield return $"  sudo systemctl enable --now {PageUnits.Page}.socket";
            yield return "  let the proxy pass on /athena/decide/: /usr/share/doc/athena-workers/decisions.md";
        }

        yield return "  sudo systemctl restart grafana-auto-disable   # if it ran before";
        var fromMails = isFromMails && identity == SetupQuestions.NoIdentity ? Parts(SetupQuestions.MailTo) : [];
        var inChat = isInChat
            ? Parts(SetupQuestions.Buttons.Key).Where(one => one.Contains('=')).Select(one => one.Split('=', 2)[1].Trim())
            : [];
        foreach (var address in fromMails.Concat(inChat).Distinct(StringComparer.OrdinalIgnoreCase))
            yield return $"  sudo grafana-auto-disable decision-pin set {address}";
        yield return "  sudo grafana-auto-disable check";

        string[] Parts(string key) =>
            (known(key) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
