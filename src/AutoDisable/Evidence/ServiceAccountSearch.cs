using System.Globalization;

namespace Athena.AutoDisable.Evidence;

/// <summary>
/// Names the service accounts behind the lines. The line of a creation (<c>POST /api/serviceaccounts</c> 201) holds no id, that of a token
/// (<c>POST /api/serviceaccounts/24/tokens</c>) does. Users and service accounts share one series of ids, so whatever they made has a
/// higher id than their own.
/// </summary>
internal static class ServiceAccountSearch
{
    public static IReadOnlyList<TouchedServiceAccount> Find(IReadOnlyList<ObservedAction> actions, ExposureFacts facts)
    {
        var done = actions.Where(observedAction =>
            observedAction is { Kind: ObservedActionKind.ServiceAccount, Outcome: not ObservedActionOutcome.Refused }).ToList();
        var found = new List<TouchedServiceAccount>();
        foreach (var touched in done.Where(observedAction => Id(observedAction) is not null)
            .GroupBy(observedAction => (Id: Id(observedAction)!.Value, observedAction.OrgId)))
        {
            var listed = facts.ServiceAccounts?.FirstOrDefault(account => account.Id == touched.Key.Id);
            if (listed is null && (facts.ServiceAccounts is not null || touched.All(IsRemoval))) continue; // Gone since.
            found.Add(new TouchedServiceAccount(
                touched.Key.Id, listed?.OrgId ?? touched.Key.OrgId, listed?.Login ?? "", listed?.Name ?? "",
                IsNew(touched.Key.Id, facts), IsCertain: true, touched.Where(MakesToken).Sum(observedAction => observedAction.Count)));
        }

        foreach (var made in done.Where(observedAction => observedAction.Method == "POST" && IsCollection(observedAction))
            .GroupBy(observedAction => observedAction.OrgId))
        {
            var named = found.Count(account => account.IsNew && account.OrgId == made.Key);
            var candidates = (facts.ServiceAccounts ?? [])
                .Where(account => account.OrgId == made.Key && IsNew(account.Id, facts) && !found.Exists(other => other.Id == account.Id))
                .ToList();
            var unnamed = made.Sum(observedAction => observedAction.Count) - named;
            if (unnamed <= 0) continue;
            found.AddRange(candidates.Select(account => new TouchedServiceAccount(
                account.Id, account.OrgId, account.Login, account.Name, IsNew: true, IsCertain: candidates.Count <= unnamed, Tokens: 0)));
        }

        return found;
    }

    /// <summary>The id in <c>/api/serviceaccounts/24/…</c>; null when there is none.</summary>
    public static long? Id(ObservedAction observedAction) =>
        observedAction.Path.Split('/') is ["", "api", "serviceaccounts", var id, ..]
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool IsCollection(ObservedAction observedAction) => observedAction.Path == "/api/serviceaccounts";

    private static bool MakesToken(ObservedAction observedAction) =>
        observedAction is { Method: "POST", Outcome: ObservedActionOutcome.Done }
            && observedAction.Path.EndsWith("/tokens", StringComparison.Ordinal);

    private static bool IsRemoval(ObservedAction observedAction) =>
        observedAction is { Method: "DELETE", Outcome: ObservedActionOutcome.Done };

    private static bool IsNew(long id, ExposureFacts facts) => id > facts.UserId && !facts.ServiceAccountsBefore.Contains(id);
}
