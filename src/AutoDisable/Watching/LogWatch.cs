using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.Common.Grafana.Copies;
using Athena.Common.Grafana.Probes;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.State;

namespace Athena.AutoDisable.Watching;

/// <summary>
/// Picks from Grafana's log the lines that mean something at the gate. Owned by one thread; asks <paramref name="isKnownId"/> about
/// ids, which must be safe from that thread.
/// </summary>
/// <param name="isKnownId">True for people and service accounts that need not wake anybody.</param>
/// <param name="isKeptOut">True for those who are at the door or locked: each sign of them counts.</param>
/// <param name="ourLogId">The id under which our own requests are logged; 0 while that is not known.</param>
/// <param name="recorder">Takes every line, too: what strangers do is kept from their first line on, before anybody has noticed
/// them.</param>
/// <param name="clock">Told of sight probes; null where nobody asks for one.</param>
/// <param name="copies">Tells our own requests from those of another copy of this daemon; null where there is nothing of ours.</param>
internal sealed class LogWatch(
    Func<long, bool> isKnownId, Func<long, bool> isKeptOut, Func<long> ourLogId, ExposureRecorder? recorder = null,
    CopyWatch? copies = null,
    LogClock? clock = null)
{
    private static ReadOnlySpan<byte> AdminUsers => "/api/admin/users"u8;

    private readonly List<LogEvent> events = [];
    private readonly SignOns signOns = new();
    private readonly HashSet<long> strangersOfThisBatch = [];
    private readonly CopyWatch copies = copies ?? new CopyWatch(Identity.Worker.Component, Installation.CommandId);
    private OtherCopy? toldCopy;

    /// <summary>Whether only Grafana can have written a line; where others may, what is picked is a claim and no more.</summary>
    public bool IsProof { get; init; } = true;

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
        if (copies.Found is { } copy && copy != toldCopy) events.Add(new CopySeen(copy.LastAt, toldCopy = copy));
        if (events.Count == 0) return [];
        LogEvent[] taken = IsProof ? [.. events] : [.. events.Select(AsClaim)];
        events.Clear();
        strangersOfThisBatch.Clear();
        return taken;
    }

    /// <summary>Without the number by which an admin would be proved.</summary>
    private static LogEvent AsClaim(LogEvent entry) =>
        (entry is AccountMade made ? made with { ActorId = 0 } : entry) with { IsClaim = true };

    private void OnRequest(in LogLine line)
    {
        if (line.UserId == 0) clock?.Take(CoverageProbe.NonceOf(line.Path.Raw), line.Time);
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
        var owner = line.UserId > 0 && line.UserId == ourLogId() ? copies.Take(line) : LineOwner.Nobody;

        // Grafana answers 500 to whoever enables an external account; from another copy of us it is an approval all the same.
        if (line.Status is not (200 or 201) && !(owner == LineOwner.OtherCopy && line.Status == 500)) return;
        if (line.Path.StartsWith("/api/org/invites"u8) && !line.Method.Equals("GET"u8)) events.Add(new InvitationsChanged(line.Time));
        else if (line.Method.Equals("POST"u8)) OnPost(line, owner);
        else if (line.Method.Equals("DELETE"u8) && line.Status != 500) OnDelete(line, owner);
        else if (line.Method.Equals("PUT"u8) && line.Status == 200) OnPut(line, owner);
    }

    private void OnPut(in LogLine line, LineOwner owner)
    {
        if (owner != LineOwner.Ourselves && line.Path.StartsWith(AdminUsers) && line.Path.EndsWith("/permissions"u8)
            && Subject(line, "/permissions") is { } subject)
            events.Add(new PermissionsChanged(line.Time, subject, line.UserId, line.Login.ToString()));
    }

    private void OnPost(in LogLine line, LineOwner owner)
    {
        if (line.Path.StartsWith(AdminUsers) && owner != LineOwner.Ourselves)
            OnChange(line, owner == LineOwner.OtherCopy ? copies.OtherName : null);
        if (line.Status == 500) return;
        if (line.Path.Equals("/api/user/signup/step2"u8))
            events.Add(new AccountMade(line.Time, ArrivalKind.SignUpForm, "", line.RemoteAddress.ToString()));
        else if (line.Path.Equals("/api/user/invite/complete"u8))
            events.Add(new AccountMade(line.Time, ArrivalKind.Invitation, "", line.RemoteAddress.ToString()));
        else if (line.Path.Equals("/api/admin/users"u8) || line.Path.Equals("/api/admin/users/"u8))
            events.Add(new AccountMade(
                line.Time,
                ArrivalKind.MadeByAdmin,
                owner == LineOwner.Ourselves ? "" : line.Login.ToString(),
                line.RemoteAddress.ToString(),
                owner == LineOwner.Nobody ? line.UserId : 0));
    }

    /// <summary>Somebody other than ourselves changed whether an account may be inside.</summary>
    /// <param name="copy">How another copy of this daemon is called, if it was that; null for a person.</param>
    private void OnChange(in LogLine line, string? copy)
    {
        if (line.Path.EndsWith("/enable"u8) && Subject(line, "/enable") is { } enabled)
            events.Add(new EnabledByAdmin(line.Time, enabled, line.UserId, line.Login.ToString(), copy));
        else if (line.Path.EndsWith("/disable"u8) && line.Status == 200 && Subject(line, "/disable") is { } disabled)
            events.Add(new DisabledByAdmin(line.Time, disabled, line.UserId, line.Login.ToString(), copy));
        else if (copy is not null && line.Path.EndsWith("/logout"u8) && Subject(line, "/logout") is { } shownOut)
            events.Add(new ShownOutByCopy(line.Time, shownOut));
    }

    private void OnDelete(in LogLine line, LineOwner owner)
    {
        if (line.Path.StartsWith(AdminUsers) && owner != LineOwner.Ourselves && Subject(line, "") is { } subject)
            events.Add(new DeletedByAdmin(line.Time, subject, line.Login.ToString()));
    }

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

/// <summary>
/// The last answers of single sign-on. They name nobody (<c>GET /login/generic_oauth</c> 302 with userId=0; docs/grafana.md §5), so one is
/// taken for somebody's only when their first request follows it soon from the same address.
/// </summary>
internal sealed class SignOns
{
    private const int MostRemembered = 32;

    /// <summary>After the answer the browser loads the page, whose first line may be that of the websocket some seconds later.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly Queue<(DateTimeOffset At, string Provider, string Address)> recent = new();

    /// <summary>Takes a line with status 302 and userId=0, whatever it is about.</summary>
    public void Note(in LogLine line)
    {
        if (line.Time is not { } at || Provider(line) is not { } provider) return;
        if (recent.Count == MostRemembered) recent.Dequeue();
        recent.Enqueue((at, provider, line.RemoteAddress.ToString()));
    }

    /// <summary>The sign-on that this request of an unknown id probably followed; null when there is none.</summary>
    public SignedOn? Before(in LogLine line)
    {
        if (recent.Count == 0 || line.Time is not { } at) return null;
        var address = line.RemoteAddress.ToString();
        SignedOn? nearest = null;
        foreach (var signOn in recent)
        {
            if (signOn.Address == address && signOn.At <= at && at - signOn.At <= Soon && !(nearest?.At > signOn.At))
                nearest = new SignedOn(signOn.At, line.UserId, signOn.Provider, signOn.Address);
        }

        return nearest;
    }

    private static string? Provider(in LogLine line)
    {
        if (line.Path.Equals("/saml/acs"u8)) return "saml";
        if (!line.Method.Equals("GET"u8) || !line.Path.StartsWith("/login/"u8)) return null;
        var provider = line.Path.ToString()["/login/".Length..];
        return provider.Length is > 0 and <= 32 && provider.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? provider : null;
    }
}
