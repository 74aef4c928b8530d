namespace Athena.Common.Activities;

/// <summary>Adds up lines that say that Grafana could not find out who asks. One request writes a line for each client that tried.</summary>
internal sealed class OutageTally
{
    private long _withCredentials;
    private long _ofVisitors;
    private DateTimeOffset _first = DateTimeOffset.MaxValue;
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <param name="isOfVisitor">The client <c>anonymous</c>, which is asked last: after another has failed, or alone.</param>
    public void Take(DateTimeOffset time, bool isOfVisitor)
    {
        _withCredentials += isOfVisitor ? 0 : 1;
        _ofVisitors += isOfVisitor ? 1 : 0;
        Widen(time, time);
    }

    public void Join(OutageTally further)
    {
        _withCredentials += further._withCredentials;
        _ofVisitors += further._ofVisitors;
        Widen(further._first, further._last);
    }

    /// <returns>Null when there was no such line.</returns>
    public DatabaseFailures? Snapshot() =>
        _withCredentials + _ofVisitors == 0 ? null : new DatabaseFailures(Math.Max(_withCredentials, _ofVisitors), _first, _last);

    private void Widen(DateTimeOffset first, DateTimeOffset last)
    {
        _first = first < _first ? first : _first;
        _last = last > _last ? last : _last;
    }
}
