using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Identities;
using Athena.Common.Time;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Notes which invitations are pending, before somebody uses one that is not theirs: afterwards Grafana no longer lists it.
/// </summary>
/// <param name="organisations">Tells of organisations that our account may not look into, or joins them; null does neither.</param>
internal sealed class InvitationWork(IGrafana grafana, InvitationBook book, OrganisationWatch? organisations, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>One call each; a server with more organisations than this is not asked about all of them.</summary>
    private const int MostOrganisations = 20;

    /// <summary>One that refuses its list will do so until somebody gives our account the role there.</summary>
    private static readonly TimeSpan RefusalKept = TimeSpan.FromMinutes(10);

    private readonly Dictionary<long, DateTimeOffset> refused = [];
    private DateTimeOffset nextLook;

    /// <summary>The log shows that the list changed.</summary>
    public void Changed() => nextLook = default;

    /// <summary>Evidence for a mail: what is refused or lost is left out, and asked for again in a minute.</summary>
    public async Task StepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!Deadline.IsDue(nextLook, now, Interval)) return;
        nextLook = now + Interval;
        var all = await grafana.OrganisationsAsync(cancel);
        if (!all.IsDone) return;
        var open = all.Value.Where(one => !refused.TryGetValue(one.Id, out var until) || Deadline.IsDue(until, now, RefusalKept))
            .Take(MostOrganisations).ToList();
        var lists = await Task.WhenAll(open.Select(one => grafana.InvitationsAsync(one.Id, cancel)));
        foreach (var (one, list) in open.Zip(lists))
        {
            if (list.Outcome == GrafanaOutcome.Refused) refused[one.Id] = now + RefusalKept;
            else refused.Remove(one.Id);
        }

        if (organisations is not null) await organisations.StepAsync(cancel);
        book.Note(
        [
            .. lists.SelectMany(list => list.Value ?? []).Select(one => new Invitation(one.Email, one.Role, one.OrgId, one.InvitedBy)),
        ]);
    }
}
