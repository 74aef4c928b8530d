using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;
using Athena.Common.Time;

namespace Athena.AutoDisable;

/// <summary>Notes which invitations are pending, before somebody uses one that is not his: afterwards Grafana no longer lists it.</summary>
internal sealed class InvitationWork(IGrafana grafana, InvitationBook book, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>One call each; a server with more organisations than this is not asked about all of them.</summary>
    private const int MostOrganisations = 20;

    private DateTimeOffset nextLook;

    /// <summary>The log shows that the list changed.</summary>
    public void Changed() => nextLook = default;

    /// <summary>Evidence for a mail: what is refused or lost is left out, and asked for again in a minute.</summary>
    public async Task StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextLook, now, Interval)) return;
        nextLook = now + Interval;
        var organisations = await grafana.OrganisationsAsync(cancel);
        if (!organisations.IsDone) return;
        var lists = await Task.WhenAll(organisations.Value.Take(MostOrganisations).Select(one => grafana.InvitationsAsync(one.Id, cancel)));
        book.Note([.. lists.SelectMany(list => list.Value ?? []).Select(one => new Invitation(one.Email, one.Role, one.OrgId, one.InvitedBy))]);
    }
}
