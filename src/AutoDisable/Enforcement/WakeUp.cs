using Athena.AutoDisable.Evidence;

namespace Athena.AutoDisable.Enforcement;

/// <summary>Somebody whom the log has shown and who is to be looked up.</summary>
/// <param name="Email">What they signed in with; null when only their id is known.</param>
/// <param name="Id">0 with an <paramref name="Email"/>.</param>
internal readonly record struct WakeUp(string? Email, long Id)
{
    /// <summary>Whom these events show. Ids behind e-mails: of somebody who was locked by the one the other is known then.</summary>
    public static IEnumerable<WakeUp> Of(IReadOnlyList<LogEvent> events) =>
    [
        .. events.OfType<SignedIn>().Select(e => new WakeUp(e.Email, 0)).Distinct(),
        .. events.OfType<StrangerSeen>().Select(e => e.UserId).Distinct().Select(id => new WakeUp(null, id)),
    ];
}
