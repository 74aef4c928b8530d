using Athena.AutoDisable.State;
using Athena.Common.Text;

namespace Athena.AutoDisable.Watching;

/// <summary>
/// The invitations that were pending of late. Grafana takes one off its list once it is used, so whose it was can be told only by who
/// has read the list before.
/// </summary>
internal sealed class InvitationBook(TimeProvider time)
{
    private const int MostRemembered = 2000;

    /// <summary>For how long one that is no longer pending is remembered: as long as the evidence of who came by it, and more.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly Dictionary<Invitation, DateTimeOffset> lastPending = [];

    /// <summary>Takes the whole list of all organisations as it is now.</summary>
    public void Note(IReadOnlyList<Invitation> pending)
    {
        var now = time.GetUtcNow();
        foreach (var (invitation, seen) in lastPending)
            if (now - seen >= Remembered) lastPending.Remove(invitation);
        foreach (var invitation in pending)
            if (lastPending.Count < MostRemembered || lastPending.ContainsKey(invitation)) lastPending[invitation] = now;
    }

    /// <summary>The invitations to this address; Grafana applies all of them at once.</summary>
    public IReadOnlyList<Invitation> To(string email) =>
        [.. lastPending.Keys.Where(invitation => ClaimedText.Same(invitation.Email, email))];
}
