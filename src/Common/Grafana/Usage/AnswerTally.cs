namespace Athena.Common.Grafana.Usage;

/// <summary>How Grafana answered, organisation by organisation. Sight probes and our own requests are left out.</summary>
/// <param name="Organisations">By the organisation's number; 0 and 1 hold those who are not signed in, too, -1 users in none.</param>
/// <param name="ApiP95">Time of requests of <c>/api</c> and <c>/apis</c> in milliseconds, 95th percentile within 1 %; null without
/// one.</param>
public sealed record AnswerTally(IReadOnlyDictionary<long, OrganisationAnswers> Organisations, long? ApiP95)
{
    public static AnswerTally None { get; } = new(new Dictionary<long, OrganisationAnswers>(), null);
}

/// <summary>What one organisation was answered.</summary>
/// <param name="Requests">All answered requests.</param>
/// <param name="ServerErrors">Of these, status 500 to 599.</param>
public readonly record struct OrganisationAnswers(long Requests, long ServerErrors);
