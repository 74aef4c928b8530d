using Athena.Common.GrafanaLog.Ranges;

namespace Athena.Common.Grafana.Usage;

/// <summary>Counting parts of a window at the same time.</summary>
public sealed partial class ActivityCounter
{
    /// <summary>
    /// For a part of the window that another thread reads. Its <see cref="LinePart.TryJoin"/> belongs to the thread of this counter.
    /// </summary>
    public LinePart BeginPart()
    {
        var part = new ActivityCounter(options) { isPart = true };
        return new LinePart(part.Take, () => TryJoin(part));
    }

    /// <summary>
    /// Adds what was counted of the lines that follow: the result is that of taking them here. The part is of no further use.
    /// </summary>
    /// <returns>
    /// False, and nothing was added, where a bound of the rows is reached, here, there or together: a line beyond it counts less than
    /// others, and which lines these are, a sum does not tell. Likewise where a picture or an opening here may go on there.
    /// </returns>
    private bool TryJoin(ActivityCounter part)
    {
        int[] uidsHere = part.uids.FindAllIn(uids);
        if (HasPictureFor(part) || !HasRoomFor(part, uidsHere))
            return false;
        pictures.Join(part.pictures);
        part.uids.AddMissingTo(uids, uidsHere);
        JoinLoads(part, uidsHere);
        foreach (((long, long) key, UserRow row) in part.rows)
        {
            if (rows.TryAdd(key, row))
                row.Dashboards.Renumber(uidsHere);
            else
                rows[key].Join(row, uidsHere);
        }
        dashboards = rows.Values.Sum(row => row.Dashboards.Count);

        JoinSums(part);
        outage.Join(part.outage);
        attempts.Join(part.attempts);
        starts.Join(part.starts);
        access?.Join(part.access!);
        pageTimes.Join(part.pageTimes);
        JoinAnswers(part);
        hasRoutineLines |= part.hasRoutineLines;

        // Each list is the first of its kind up to its bound, here and there: so are both together.
        isCut |= part.isCut;
        isCut |= !TryAppend(changes, part.changes, ActivityBounds.Changes);
        isCut |= !TryAppend(probeEchoes, part.probeEchoes, ActivityBounds.ProbeEchoes);
        isCut |= !TryAppend(opens, part.opens, ActivityBounds.Opens);
        return true;
    }

    private bool HasPictureFor(ActivityCounter part) =>
        pictures.MayHold(Visitor, part.firstAnonymous)
            || part.rows.Values.Any(row => row.HasRequests && pictures.MayHold(row.Id, row.First));

    private bool HasRoomFor(ActivityCounter part, int[] uidsHere)
    {
        int moreRows = 0;
        foreach (((long, long) key, UserRow row) in part.rows)
        {
            if (!rows.TryGetValue(key, out UserRow? known))
                moreRows++;
            else if (!known.Dashboards.CanJoin(row.Dashboards, uidsHere))
                return false;
        }
        return rows.Count + moreRows < ActivityBounds.Rows && dashboards + part.dashboards < ActivityBounds.Dashboards
            && HasRoomForLoads(part) && attempts.HasRoomFor(part.attempts);
    }

    private void JoinSums(ActivityCounter part)
    {
        answered += part.answered;
        serverErrors += part.serverErrors;
        anonymous += part.anonymous;
        visitorQueries += part.visitorQueries;
        own += part.own;
        foreach ((byte[] who, DateTimeOffset time) in part.locks)
            TakeLock(who, time);
        if (part.firstAnonymous < firstAnonymous)
            firstAnonymous = part.firstAnonymous;
        failedLogins += part.failedLogins;
        refusedTokens += part.refusedTokens;
        lockedLogins += part.lockedLogins;
        disabledUserAttempts += part.disabledUserAttempts;
        accessDenied += part.accessDenied;
        accessDeniedToOurId += part.accessDeniedToOurId;
        ownRefusals += part.ownRefusals;
        signUps += part.signUps;
        logins += part.logins;
    }

    private static bool TryAppend<T>(List<T> list, List<T> further, int bound)
    {
        int room = bound - list.Count;
        list.AddRange(further.Count <= room ? further : further[..room]);
        return further.Count <= room;
    }
}
