using System.Globalization;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Text;

namespace Athena.AutoDisable.Simulate;

/// <summary>
/// Takes the lines of a time that is over and then tells what the daemon would have done, by the same policy and the same evidence as the
/// daemon itself. Changes nothing.
/// </summary>
internal sealed class SimulationRecord
{
    /// <summary>The lines of one arrival lie within seconds.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(1);

    private readonly Dictionary<long, Track> tracks = [];
    private readonly Dictionary<string, long> idsOfSubjects = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<GrafanaUser> users;
    private readonly DateTimeOffset since;
    private readonly TimeProvider time;
    private readonly LogWatch watch;
    private bool hasRequests;

    /// <param name="users">Everybody, with their ages where they can be known.</param>
    /// <param name="since">Who was made before is none of the simulation's business.</param>
    /// <param name="time">For what is still going on.</param>
    public SimulationRecord(IReadOnlyList<GrafanaUser> users, DateTimeOffset since, TimeProvider time)
    {
        this.users = users;
        this.since = since;
        this.time = time;
        foreach (var user in users.Where(user => !(user.Created < since)))
        {
            tracks[user.Id] = new Track(user);
            idsOfSubjects[user.Id.ToString(CultureInfo.InvariantCulture)] = user.Id;
        }

        // A uid is stronger than an id that looks the same: it is what Grafana's pages send.
        foreach (var track in tracks.Values)
            if (track.User.Uid is { } uid) idsOfSubjects[uid] = track.User.Id;
        watch = new LogWatch(id => !tracks.ContainsKey(id), _ => false, () => 0);
    }

    /// <summary>Takes one line. Never throws, whatever the line holds.</summary>
    public void OnLine(ReadOnlySpan<byte> bytes)
    {
        watch.OnLine(bytes);
        var line = LogLine.Parse(bytes);
        if (line.Kind != LineKind.Request) return;
        hasRequests |= line.Status == 200;
        if (tracks.TryGetValue(line.UserId, out var track) && !track.Acts.Exists(act => !act.IsEnabling)) track.Requests++;
        if (line is { Status: 200, Time: { } at } && line.Method.Equals("POST"u8) && line.Path.StartsWith("/api/admin/users/"u8))
            OnAct(line, at);
    }

    /// <param name="selfId">The account that the daemon works with; 0 with a token.</param>
    /// <param name="canLockExternal">Whether external accounts could have been locked, in Grafana's database.</param>
    /// <param name="log">How much of the log could be read.</param>
    public SimulationRun Conclude(long selfId, bool canLockExternal, LogPast log)
    {
        var events = watch.TakeEvents();
        var signUps = events.OfType<SignedIn>().ToList();
        var now = time.GetUtcNow();
        var facts = new AdmissionFacts(selfId, since, UnknownDatabase: false, now);
        var accounts = new List<SimulatedAccount>();
        var ageless = 0;
        foreach (var (user, requests, acts) in tracks.Values)
        {
            var signUp = signUps.LastOrDefault(line => IsOf(line, user));
            if (user.Created is null && signUp is null)
            {
                ageless++;
                continue;
            }

            var arrival = ArrivalOf(user, signUp, events);
            var measure = MeasureFor(AdmissionPolicy.Decide(user, null, facts), user.IsExternal && !canLockExternal);
            var cameAt = arrival.At ?? user.Created ?? now;
            accounts.Add(new SimulatedAccount(user, measure, arrival, cameAt, [.. acts.OrderBy(act => act.At)], requests));
        }

        return new SimulationRun(
            since, now, [.. accounts.OrderBy(account => account.CameAt).ThenBy(account => account.User.Id)],
            [.. signUps.Where(line => !users.Any(user => IsOf(line, user)))], ageless, log, hasRequests);
    }

    /// <summary>
    /// What a decision about somebody unknown would have come to. Without a book of accounts the others cannot be decided.
    /// </summary>
    internal static Measure MeasureFor(Admission admission, bool isOnlyShownOut) => admission switch
    {
        Admission.AdmitSelf => Measure.SpareSelf,
        Admission.AdmitServerAdmin => Measure.SpareServerAdmin,
        Admission.Lock => isOnlyShownOut ? Measure.ShowOut : Measure.Lock,
        Admission.Leave or Admission.LeaveStranger or Admission.AdmitReturned or Admission.AdmitEarly or Admission.AdmitGuarded
            or Admission.AdmitUnseen or Admission.AdmitClaimed or Admission.AwaitEnableLine or Admission.HoldFound
            or Admission.SettleFound or Admission.LockAgain
            => throw new InvalidOperationException($"Nobody who is unknown is decided about as {admission} in a simulation."),
        _ => throw new ArgumentOutOfRangeException(nameof(admission), admission, "No such decision."),
    };

    private static bool IsOf(SignedIn line, GrafanaUser user) =>
        ClaimedText.Same(line.Email, user.Email) || ClaimedText.Same(line.Email, user.Login);

    /// <summary>
    /// As the daemon would have told it then: from the lines about the time they signed up, the account was made, and it was first seen.
    /// </summary>
    private Arrival ArrivalOf(GrafanaUser user, SignedIn? signUp, IReadOnlyList<LogEvent> events)
    {
        var seen = events.OfType<StrangerSeen>().FirstOrDefault(entry => entry.UserId == user.Id);
        DateTimeOffset?[] times = [signUp?.At, seen?.At, user.Created];
        var evidence = new ArrivalEvidence(time);
        foreach (var entry in events)
            if (entry.At is { } at && times.Any(known => known is { } about && (at - about).Duration() <= Near)) evidence.Add(entry);
        return evidence.For(user);
    }

    private void OnAct(in LogLine line, DateTimeOffset at)
    {
        var isEnabling = line.Path.EndsWith("/enable"u8);
        if (!isEnabling && !line.Path.EndsWith("/disable"u8)) return;
        if (LogWatch.Subject(line, isEnabling ? "/enable" : "/disable") is { } subject && idsOfSubjects.TryGetValue(subject, out var id))
            tracks[id].Acts.Add(new AdminAct(at, isEnabling, line.Login.ToString()));
    }

    private sealed class Track(GrafanaUser user)
    {
        public GrafanaUser User => user;

        public int Requests { get; set; }

        public List<AdminAct> Acts { get; } = [];

        public void Deconstruct(out GrafanaUser who, out int requests, out IReadOnlyList<AdminAct> acts) =>
            (who, requests, acts) = (User, Requests, Acts);
    }
}

/// <summary>Somebody, or a script with an account of its own, enabled or disabled an account.</summary>
/// <param name="At">The line's time.</param>
/// <param name="By">Login.</param>
internal sealed record AdminAct(DateTimeOffset At, bool IsEnabling, string By);

/// <summary>An account that came in the time of a <see cref="SimulationRun"/>.</summary>
/// <param name="User">As Grafana lists it now.</param>
/// <param name="CameAt">The log's time of it, else Grafana's.</param>
/// <param name="Acts">What was done to it since, in the order of time.</param>
/// <param name="Requests">Their requests until they were first disabled, or until now.</param>
internal sealed record SimulatedAccount(
    GrafanaUser User, Measure Measure, Arrival Arrival, DateTimeOffset CameAt, IReadOnlyList<AdminAct> Acts, int Requests)
{
    public AdminAct? FirstDisabled => Acts.FirstOrDefault(act => !act.IsEnabling);

    /// <summary>What would have been taken for the approval. Of an external account it is not: only <c>approve</c> is.</summary>
    public AdminAct? Approval => User.IsExternal ? null : Acts.FirstOrDefault(act => act.IsEnabling);

    /// <summary>How long they could go about before anybody stopped them; null when they were stopped and no line tells when.</summary>
    public TimeSpan? Inside(DateTimeOffset now) =>
        FirstDisabled is { } disabled ? After(disabled) : User.IsDisabled ? null : Positive(now - CameAt);

    public TimeSpan? ApprovedAfter => Approval is { } approval ? After(approval) : null;

    public TimeSpan After(AdminAct act) => Positive(act.At - CameAt);

    /// <summary>Grafana's times are whole seconds, and lines are not strictly in order.</summary>
    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
