using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Notify;
using Athena.Common.Notify.Alertmanager;

namespace Athena.Compliance.Notify;

/// <summary>
/// What of the daemon's troubles Alertmanager rings for. Its mails go out as they are in any case: they tell of hours and of settings, and
/// nobody is woken by them.
/// </summary>
/// <param name="called">Whose Grafana it is about.</param>
internal sealed class RingingTroubles(string called)
{
    private const string Next = " Next: sudo grafana-compliance status";

    /// <summary>When each was first met in this run. A little late after a restart: Alertmanager keeps the earlier time.</summary>
    private readonly Dictionary<string, DateTimeOffset> since = [];

    public IReadOnlyList<StandingAlert> Of(TroubleFacts facts, DateTimeOffset now)
    {
        List<(string Name, string Headline, string Meaning)> present = [];
        if (facts.IsUnwritten)
            present.Add((
                "AthenaStateUnwritten", "grafana-compliance cannot save its state",
                "No hour is decided and no report is sent meanwhile, because it could come twice; what is due is decided afterwards."));
        if (facts.AreMailsStuck)
            present.Add((
                "AthenaMessagesWait", "compliance reports do not go out",
                "The mail server does not take them. They go out by themselves once that is put right."));
        if (facts.HasSecondCopy)
            present.Add((
                "AthenaSecondCopy", "two copies of grafana-compliance work on the same Grafana",
                "Each report comes twice. Stop the one that is not needed, on its host."));
        if (facts.Listener == ListenerKind.Believed)
            present.Add((
                "AthenaListenerNotProved", "it cannot be proved that it is Grafana who is asked",
                "While Grafana is down any local user can listen at its address and would be sent the password."));
        if (facts.Listener == ListenerKind.Refused)
            present.Add((
                "AthenaListenerRefused", "what listens at Grafana's address is not Grafana",
                "Nothing is asked of it, and hours cannot be decided."));
        foreach (var gone in since.Keys.Except(present.Select(trouble => trouble.Name)).ToList()) since.Remove(gone);
        foreach (var (name, _, _) in present) since.TryAdd(name, now);
        return
        [
            .. present.Select(trouble => new StandingAlert(
                trouble.Name, Severity.Warning, since[trouble.Name], $"{called}: {trouble.Headline}", trouble.Meaning + Next)),
        ];
    }
}

/// <summary>How the daemon is.</summary>
/// <param name="IsUnwritten">The disk refuses its state.</param>
/// <param name="AreMailsStuck">Mails wait for longer than a mail server takes to come back.</param>
/// <param name="HasSecondCopy">Another copy of it works on the same Grafana.</param>
/// <param name="Listener">What is known of whoever listens at Grafana's address.</param>
internal sealed record TroubleFacts(bool IsUnwritten, bool AreMailsStuck, bool HasSecondCopy, ListenerKind Listener);
