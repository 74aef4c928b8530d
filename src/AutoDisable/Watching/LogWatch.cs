using System.Globalization;
using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Exposures;
using Athena.Common.Logs;

namespace Athena.AutoDisable.Watching;

/// <summary>
/// Picks from Grafana's log the lines that mean something at the gate. Owned by one thread; asks <paramref name="isKnownId"/> about
/// ids, which must be safe from that thread.
/// </summary>
/// <param name="isKnownId">True for people and service accounts that need not wake anybody.</param>
/// <param name="isKeptOut">True for those who are at the door or locked: each sign of them counts.</param>
/// <param name="ourLogId">The id under which our own requests are logged; 0 while that is not known.</param>
/// <param name="recorder">Takes every line, too: what strangers do is kept from their first line on, before anybody has noticed them.</param>
internal sealed class LogWatch(Func<long, bool> isKnownId, Func<long, bool> isKeptOut, Func<long> ourLogId, ExposureRecorder? recorder = null)
{
    private static ReadOnlySpan<byte> AdminUsers => "/api/admin/users"u8;

    private readonly List<LogEvent> events = [];
    private readonly SignOns signOns = new();
    private readonly HashSet<long> strangersOfThisBatch = [];

    /// <summary>Takes one line. Never throws, whatever the line holds.</summary>
    public void OnLine(ReadOnlySpan<byte> bytes)
    {
        var line = LogLine.Parse(bytes);
        recorder?.OnLine(line);
        switch (line.Kind)
        {
            case LineKind.SuccessfulLogin:
                events.Add(new SignedIn(line.Time, line.User.ToString()));
                break;
            case LineKind.Request:
                OnRequest(line);
                break;
        }
    }

    /// <summary>Hands over what has been picked since the last call.</summary>
    public IReadOnlyList<LogEvent> TakeEvents()
    {
        if (events.Count == 0) return [];
        var taken = events.ToArray();
        events.Clear();
        strangersOfThisBatch.Clear();
        return taken;
    }

    private void OnRequest(in LogLine line)
    {
        if (line.UserId > 0 && !isKnownId(line.UserId) && strangersOfThisBatch.Add(line.UserId))
        {
            if (signOns.Before(line) is { } signOn) events.Add(signOn);
            events.Add(new StrangerSeen(line.Time, line.UserId));
        }
        else if (line.UserId > 0 && isKeptOut(line.UserId) && strangersOfThisBatch.Add(line.UserId))
        {
            events.Add(new KeptOutSeen(line.Time, line.UserId));
        }

        if (line is { Status: 302, UserId: 0 }) signOns.Note(line);
        if (line.Status is not (200 or 201)) return;
        if (line.Path.StartsWith("/api/org/invites"u8) && !line.Method.Equals("GET"u8)) events.Add(new InvitationsChanged(line.Time));
        else if (line.Method.Equals("POST"u8)) OnPost(line);
        else if (line.Method.Equals("DELETE"u8)) OnDelete(line);
    }

    private void OnPost(in LogLine line)
    {
        if (line.Path.Equals("/api/user/signup/step2"u8))
            events.Add(new AccountMade(line.Time, ArrivalKind.SignUpForm, "", line.RemoteAddress.ToString()));
        else if (line.Path.Equals("/api/user/invite/complete"u8))
            events.Add(new AccountMade(line.Time, ArrivalKind.Invitation, "", line.RemoteAddress.ToString()));
        else if (line.Path.Equals("/api/admin/users"u8) || line.Path.Equals("/api/admin/users/"u8))
            events.Add(new AccountMade(line.Time, ArrivalKind.MadeByAdmin, IsOurs(line) ? "" : line.Login.ToString(), line.RemoteAddress.ToString()));
        else if (line.Path.StartsWith(AdminUsers) && line.Path.EndsWith("/enable"u8) && !IsOurs(line)
                 && Subject(line, "/enable") is { } subject)
            events.Add(new EnabledByAdmin(line.Time, subject, line.UserId, line.Login.ToString()));
    }

    private void OnDelete(in LogLine line)
    {
        if (line.Path.StartsWith(AdminUsers) && !IsOurs(line) && Subject(line, "") is { } subject)
            events.Add(new DeletedByAdmin(line.Time, subject, line.Login.ToString()));
    }

    /// <summary>Our own requests carry our id and our referer. Neither alone is enough: anyone may send the referer.</summary>
    private bool IsOurs(in LogLine line) =>
        line.UserId == ourLogId() && line.Referer.Contains("/athena-workers/auto-disable"u8);

    /// <summary>The id or uid in <c>/api/admin/users/SUBJECT[suffix]</c>; null when the path has another shape.</summary>
    internal static string? Subject(in LogLine line, string suffix)
    {
        var path = line.Path.ToString();
        var start = "/api/admin/users/".Length;
        if (path.Length <= start + suffix.Length) return null;
        var subject = path[start..^suffix.Length];
        return subject.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? subject : null;
    }

    /// <summary>The id of a service account from the uid that Grafana gives it as "who am I": <c>service-account:28</c>.</summary>
    public static long ServiceAccountId(string? uid) =>
        uid is not null && uid.StartsWith("service-account:", StringComparison.Ordinal)
        && long.TryParse(uid.AsSpan("service-account:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : 0;
}
