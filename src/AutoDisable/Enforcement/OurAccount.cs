using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Enforcement;

/// <summary>
/// Who we are in this Grafana. Forgotten whenever its database may be another one: our account may have been made again in it.
/// </summary>
internal sealed class OurAccount(IGrafana grafana, AutoDisableMemory memory)
{
    private GrafanaUser? self;

    /// <summary>Our own user id; 0 with a service account's token, and as long as we have never been told.</summary>
    public long Id => self?.Id ?? 0;

    /// <summary>Asks if it is not known. Null when it is known now, else the answer that did not tell it.</summary>
    public async Task<GrafanaAnswer<GrafanaUser>?> LearnAsync(CancellationToken cancel)
    {
        if (self is not null) return null;
        var answer = await grafana.WhoAmIAsync(cancel);
        if (!answer.IsDone) return answer;
        self = answer.Value;
        memory.State.OurLogId = self.Id > 0 ? self.Id : LogWatch.ServiceAccountId(self.Uid);
        return null;
    }

    public void Forget() => self = null;

    /// <summary>
    /// False when another has our id, or nobody: our account was made again. One of a token is in no list (docs/grafana.md §1).
    /// </summary>
    public bool IsIn(IReadOnlyList<GrafanaUser> users) => self is { } ours
        && (ours.Id == 0 || users.Any(user => user.Id == ours.Id && (user.Uid is null || ours.Uid is null || user.Uid == ours.Uid)));
}
