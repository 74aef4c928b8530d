using Athena.Common.Grafana.Api;

namespace Athena.Common.Grafana.Identities;

/// <summary>
/// When accounts were made of which no list says so: each is asked for by itself, once, for that never changes. Not safe for concurrent
/// use.
/// </summary>
internal sealed class AccountAges(IGrafana grafana, Action heard)
{
    private const int MostKept = 100_000;
    private const int AskedAtOnce = 8;

    private readonly Dictionary<long, DateTimeOffset> made = [];

    /// <summary>
    /// Of those, as many as Grafana tells. Once it gives no answer only those that are known: each of the others could take as long again.
    /// </summary>
    public async Task<IReadOnlyDictionary<long, DateTimeOffset>> OfAsync(
        IReadOnlyCollection<long> people, IReadOnlyCollection<ServiceAccount> machines, CancellationToken cancel)
    {
        if (made.Count + people.Count + machines.Count > MostKept) made.Clear();
        var answers = true;
        var questions = people.Where(id => !made.ContainsKey(id))
            .Select(id => (Func<Task<(long, GrafanaOutcome, DateTimeOffset?)>>)(() => OfPersonAsync(id, cancel)))
            .Concat(machines.Where(account => !made.ContainsKey(account.Id))
                .Select(account => (Func<Task<(long, GrafanaOutcome, DateTimeOffset?)>>)(() => OfMachineAsync(account, cancel))));
        foreach (var some in questions.ToList().Chunk(AskedAtOnce))
        {
            if (!answers) break;
            foreach (var (id, outcome, at) in await Task.WhenAll(some.Select(ask => ask())).ConfigureAwait(false))
            {
                if (at is { } known) made[id] = known;
                answers &= outcome != GrafanaOutcome.Unavailable;
            }
        }

        return people.Concat(machines.Select(account => account.Id)).Distinct().Where(made.ContainsKey)
            .ToDictionary(id => id, id => made[id]);
    }

    private async Task<(long, GrafanaOutcome, DateTimeOffset?)> OfPersonAsync(long id, CancellationToken cancel)
    {
        var answer = await grafana.UserAsync(id, cancel).ConfigureAwait(false);
        heard();
        return (id, answer.Outcome, answer.IsDone ? answer.Value.Created : null);
    }

    private async Task<(long, GrafanaOutcome, DateTimeOffset?)> OfMachineAsync(ServiceAccount account, CancellationToken cancel)
    {
        var answer = await grafana.ServiceAccountAsync(account.OrgId, account.Id, cancel).ConfigureAwait(false);
        heard();
        return (account.Id, answer.Outcome, answer.IsDone ? answer.Value.Created : null);
    }
}
