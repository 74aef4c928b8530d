using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;

namespace Athena.AutoDisable.Watching;

/// <summary>
/// The last minutes' lines about accounts coming into being, to tell how an account came. Evidence for the mail, and never for letting
/// anybody in.
/// </summary>
/// <param name="clock">The log's; null where it is ours.</param>
internal sealed class ArrivalEvidence(TimeProvider time, LogClock? clock = null)
{
    private const int MostRemembered = 500;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>"Successful Login" and the answer to the request that caused it are logged within the same request.</summary>
    private static readonly TimeSpan SameRequest = TimeSpan.FromMilliseconds(250);

    private readonly List<(DateTimeOffset SeenAt, LogEvent Event)> recent = [];

    private readonly List<MetAccount> newcomers = [];

    /// <summary>What is kept of the log, oldest first, by its own clock.</summary>
    public IEnumerable<LogEvent> Recent => recent.Select(item => item.Event);

    /// <summary>Who was met for the first time of late.</summary>
    public IReadOnlyList<MetAccount> Newcomers => newcomers;

    /// <summary>Older than this something may have been given up, because strangers made too much of it; null where nothing was.</summary>
    public DateTimeOffset? KeptSince { get; private set; }

    /// <summary>To be told of the pending invitations at each look, and after each <see cref="InvitationsChanged"/>.</summary>
    public InvitationBook Invitations { get; } = new(time);

    public void Add(LogEvent entry)
    {
        var now = time.GetUtcNow();
        recent.Add((now, entry));
        if (recent.Count > MostRemembered || now - recent[0].SeenAt > Remembered)
            recent.RemoveAll(item => now - item.SeenAt > Remembered);
        if (recent.Count <= MostRemembered) return;
        recent.RemoveRange(0, recent.Count - MostRemembered);
        KeptSince = now;
    }

    /// <summary>To be told of each account that is met for the first time.</summary>
    public void Met(GrafanaUser user)
    {
        var now = time.GetUtcNow();
        newcomers.RemoveAll(met => now - met.SeenAt > Remembered || met.Id == user.Id);
        newcomers.Add(new MetAccount(user.Id, user.Created, user.IsExternal, now));
        if (newcomers.Count <= MostRemembered) return;
        newcomers.RemoveRange(0, newcomers.Count - MostRemembered);
        KeptSince = now;
    }

    /// <summary>
    /// How <paramref name="user"/> came: by the line that names their e-mail, else by the mark that Grafana put on them or a sign-on just
    /// before their first request, else by an admin's request about the time they were made. Worth asking again some seconds later: the
    /// mark and the request's line may come after the first sight of them.
    /// </summary>
    public Arrival For(GrafanaUser user)
    {
        var arrival = Logged(user);
        return clock is null ? arrival : arrival with { At = clock.Ours(arrival.At) };
    }

    /// <summary>What is known of how an account that is a server admin became one.</summary>
    public ServerAdminNote MadeServerAdmin(GrafanaUser user)
    {
        var id = user.Id.ToString(CultureInfo.InvariantCulture);
        var line = recent.Select(item => item.Event).OfType<PermissionsChanged>()
            .LastOrDefault(changed => changed.Subject == id || changed.Subject == user.Uid);
        return line is null
            ? new ServerAdminNote(null, null)
            : new ServerAdminNote(clock is null ? line.At : clock.Ours(line.At), line.By);
    }

    private Arrival Logged(GrafanaUser user)
    {
        for (var i = recent.Count - 1; i >= 0; i--)
        {
            if (recent[i].Event is SignedIn signedIn && IsOf(signedIn, user)) return SelfMade(signedIn);
        }

        if (FromOutside(user) is { } outside) return outside;

        var made = recent.Select(item => item.Event).OfType<AccountMade>()
            .LastOrDefault(made => made is { Kind: ArrivalKind.MadeByAdmin, Actor.Length: > 0 } && IsAbout(made.At, user.Created));
        return made is null
            ? Arrival.Unknown
            : new Arrival(ArrivalKind.MadeByAdmin, made.At, made.Actor, made.Address) { IsProbable = true };
    }

    private static bool IsOf(SignedIn line, GrafanaUser user) =>
        ClaimedText.Same(line.Email, user.Email) || ClaimedText.Same(line.Email, user.Login);

    private Arrival SelfMade(SignedIn signedIn)
    {
        var answer = recent.Select(item => item.Event).OfType<AccountMade>()
            .FirstOrDefault(made => made.Kind != ArrivalKind.MadeByAdmin && made.At >= signedIn.At && made.At - signedIn.At < SameRequest);
        var kind = answer?.Kind ?? ArrivalKind.SignUpForm;
        var invitations = Invitations.To(signedIn.Email);
        if (kind == ArrivalKind.SignUpForm && invitations.Count > 0) kind = ArrivalKind.TakenInvitation;
        return new Arrival(kind, signedIn.At, null, answer?.Address) { Invitations = invitations };
    }

    /// <summary>A sign-on counts only before their very first request: later ones are other people at the same address.</summary>
    private Arrival? FromOutside(GrafanaUser user)
    {
        var first = recent.Select(item => item.Event).FirstOrDefault(entry =>
            entry switch { SignedOn on => on.UserId == user.Id, StrangerSeen seen => seen.UserId == user.Id, _ => false });
        var signedOn = first as SignedOn;
        if (signedOn is null && !user.IsExternal) return null;
        return new Arrival(ArrivalKind.SingleSignOn, signedOn?.At, null, signedOn?.Address)
        {
            Through = user.IsExternal ? user.AuthLabels[0] : signedOn!.Provider,
            IsProbable = !user.IsExternal,
        };
    }

    /// <summary>Grafana's times are whole seconds in the server's zone; compare what does not depend on the zone.</summary>
    private static bool IsAbout(DateTimeOffset? line, DateTimeOffset? created) =>
        line is { } at && created is { } made && SecondsOfQuarterHour(at - made) <= 3;

    private static double SecondsOfQuarterHour(TimeSpan difference)
    {
        var quarter = TimeSpan.FromMinutes(15).TotalSeconds; // Every zone's offset is a multiple of it.
        var rest = Math.Abs(difference.TotalSeconds) % quarter;
        return Math.Min(rest, quarter - rest);
    }
}

/// <summary>An account that was met for the first time.</summary>
/// <param name="Created">When Grafana says that it made it; null where it does not say.</param>
/// <param name="SeenAt">When it was met.</param>
internal sealed record MetAccount(long Id, DateTimeOffset? Created, bool IsExternal, DateTimeOffset SeenAt);

/// <summary>
/// The invitations that were pending of late. Grafana takes one off its list once it is used, so whose it was can be told only by who
/// has read the list before.
/// </summary>
internal sealed class InvitationBook(TimeProvider time)
{
    private const int MostRemembered = 2000;

    /// <summary>For how long one that is no longer pending is remembered: as long as the evidence of who came by it, and more.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly Dictionary<Invitation, DateTimeOffset> lastPending = [];

    /// <summary>Takes the whole list of all organisations as it is now.</summary>
    public void Note(IReadOnlyList<Invitation> pending)
    {
        var now = time.GetUtcNow();
        foreach (var (invitation, seen) in lastPending)
            if (now - seen >= Remembered) lastPending.Remove(invitation);
        foreach (var invitation in pending)
            if (lastPending.Count < MostRemembered || lastPending.ContainsKey(invitation)) lastPending[invitation] = now;
    }

    /// <summary>The invitations to this address; Grafana applies all of them at once.</summary>
    public IReadOnlyList<Invitation> To(string email) =>
        [.. lastPending.Keys.Where(invitation => ClaimedText.Same(invitation.Email, email))];
}
