using Athena.Common.Time;

namespace Athena.Common.Grafana.Usage;

/// <summary>
/// Adds up lines that say that Grafana could not find out who asks. One request writes a line for each client that tried.
/// </summary>
internal sealed class OutageTally
{
    /// <summary>Open pages ask again every few seconds; what lies closer together than this is one outage.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>More than the minutes of a long window that could each have one; behind it the last goes on.</summary>
    private const int MostSpans = 500;

    /// <summary>
    /// Whoever leaves a page ends what it was asking, and once in a while Grafana was just looking up who asks ("context canceled").
    /// Somebody who leaves is no outage; more than so many within one span are people who do not get an answer.
    /// </summary>
    private const int Leavers = 5;

    private readonly List<Outage> spans = [];
    private long withCredentials;
    private long ofVisitors;
    private DateTimeOffset first = DateTimeOffset.MaxValue;
    private DateTimeOffset last = DateTimeOffset.MinValue;

    /// <param name="isOfVisitor">The client <c>anonymous</c>, which is asked last: after another has failed, or alone.</param>
    /// <param name="hasLeft">Whoever asked did not wait for the answer.</param>
    public void Take(DateTimeOffset time, bool isOfVisitor, bool hasLeft)
    {
        withCredentials += isOfVisitor ? 0 : 1;
        ofVisitors += isOfVisitor ? 1 : 0;
        Widen(time, time);
        if (!isOfVisitor)
            Span(new Outage(time, time, hasLeft ? 1 : Leavers + 1));
    }

    public void Join(OutageTally further)
    {
        withCredentials += further.withCredentials;
        ofVisitors += further.ofVisitors;
        Widen(further.first, further.last);
        foreach (Outage span in further.spans)
            Span(span);
    }

    /// <summary>
    /// When somebody asked of whom Grafana could not find out who it was; visitors without credentials are nobody else's secret.
    /// </summary>
    public IReadOnlyList<Window> Spans() => [.. spans.Where(span => span.Weight > Leavers).Select(span => new Window(span.From, span.To))];

    /// <returns>Null when there was no such line.</returns>
    public DatabaseFailures? Snapshot() =>
        withCredentials + ofVisitors == 0 ? null : new DatabaseFailures(Math.Max(withCredentials, ofVisitors), first, last);

    private void Span(Outage span)
    {
        if (spans is [.., var last] && (spans.Count == MostSpans || (span.From <= last.To + Pause && span.To >= last.From - Pause)))
            spans[^1] = new Outage(
                span.From < last.From ? span.From : last.From,
                span.To > last.To ? span.To : last.To,
                Math.Min(span.Weight + last.Weight, Leavers + 1));
        else
            spans.Add(span);
    }

    private void Widen(DateTimeOffset first, DateTimeOffset last)
    {
        this.first = first < this.first ? first : this.first;
        this.last = last > this.last ? last : this.last;
    }

    /// <param name="Weight">Who left counts one, whose identity could not be looked up more than all who may leave.</param>
    private readonly record struct Outage(DateTimeOffset From, DateTimeOffset To, int Weight);
}
