using System.Runtime.InteropServices;

namespace Athena.Common.Grafana.Usage;

/// <summary>How each organisation was answered.</summary>
public sealed partial class ActivityCounter
{
    private readonly Dictionary<long, OrganisationAnswers> organisations = [];
    private readonly PageTimes apiTimes = new();

    private AnswerTally Answers => new(new Dictionary<long, OrganisationAnswers>(organisations), apiTimes.Snapshot());

    /// <param name="isError">Answered with status 500 to 599.</param>
    private void TakeAnswer(long organisation, bool isError, scoped ReadOnlySpan<byte> path, long milliseconds)
    {
        // A request of an account bears the number of one of its organisations, so these are as many as there are.
        AddAnswers(organisation, new OrganisationAnswers(1, isError ? 1 : 0));
        if (path.StartsWith("/api/"u8) || path.StartsWith("/apis/"u8))
            apiTimes.Add(milliseconds);
    }

    private void JoinAnswers(ActivityCounter part)
    {
        foreach ((long organisation, OrganisationAnswers answers) in part.organisations)
            AddAnswers(organisation, answers);
        apiTimes.Join(part.apiTimes);
    }

    private void AddAnswers(long organisation, OrganisationAnswers more)
    {
        ref OrganisationAnswers known = ref CollectionsMarshal.GetValueRefOrAddDefault(organisations, organisation, out _);
        known = new OrganisationAnswers(known.Requests + more.Requests, known.ServerErrors + more.ServerErrors);
    }
}
