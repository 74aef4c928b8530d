using Athena.AutoDisable.State;
using Athena.Common.Grafana.Api;
using Athena.Common.Grafana.Api.Listener;
using Athena.Common.Notify.Alertmanager;

namespace Athena.AutoDisable.Telemetry;

/// <summary>
/// What keeps the gate from its work, said once when it begins and once when it is over. Survives a restart, so that a daemon that
/// restarts while it is signed out does not mail the same again.
/// </summary>
/// <param name="board">What Alertmanager is told of; null where it is told of nothing.</param>
internal sealed class Troubles(AutoDisableMemory memory, EventRecorder eventRecorder, TimeProvider time, AlertBoard? board = null)
{
    private readonly HashSet<TroubleKind> said = [];

    public IReadOnlyList<Trouble> Present => memory.State.Troubles;

    public bool Has(TroubleKind kind) => memory.State.Troubles.Exists(trouble => trouble.Kind == kind);

    /// <summary>
    /// Notes that <paramref name="kind"/> is the case. Nothing is mailed when that is known; <c>status</c> has the newest reason, which may
    /// be another than at the beginning, and the journal has it once after each start.
    /// </summary>
    public void Begin(TroubleKind kind, string detail)
    {
        if (Has(kind))
        {
            Renew(kind, detail);
            if (said.Add(kind)) eventRecorder.TroubleGoesOn(kind, detail);
            return;
        }

        var trouble = new Trouble(kind, time.GetUtcNow(), detail);
        memory.State.Troubles.Add(trouble);
        said.Add(kind);
        eventRecorder.TroubleBegan(trouble);
        if (TroubleText.Of(kind).Patience == TimeSpan.Zero) Tell(trouble);
    }

    /// <summary>Notes what it means for the whole gate that Grafana has answered like this.</summary>
    public void BeginFor(GrafanaOutcome outcome, string detail) => Begin(
        outcome switch
        {
            GrafanaOutcome.SignInFailed => TroubleKind.SignedOut,
            GrafanaOutcome.Refused => TroubleKind.NotPermitted,
            GrafanaOutcome.NotUnderstood => TroubleKind.NotUnderstood,
            GrafanaOutcome.Unavailable or GrafanaOutcome.Gone or GrafanaOutcome.ExternalUser => TroubleKind.GrafanaDown,
            GrafanaOutcome.Done or GrafanaOutcome.AlreadySo =>
                throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No trouble."),
        },
        detail);

    /// <summary>The same trouble goes on, and more is known of it: for <c>status</c>, nothing is mailed.</summary>
    public void Renew(TroubleKind kind, string detail)
    {
        var at = memory.State.Troubles.FindIndex(trouble => trouble.Kind == kind);
        if (at >= 0) memory.State.Troubles[at] = memory.State.Troubles[at] with { Detail = detail };
    }

    /// <summary>Notes that <paramref name="kind"/> is not the case (any more).</summary>
    public void End(TroubleKind kind)
    {
        if (memory.State.Troubles.Find(trouble => trouble.Kind == kind) is not { } trouble) return;
        memory.State.Troubles.Remove(trouble);
        eventRecorder.TroubleOver(trouble, time.GetUtcNow() - trouble.Since);
        if (trouble.IsTold)
            memory.State.Letters.Add(LetterAbout(trouble, LetterKind.TroubleOver, KeyOf(trouble) + "/over", [KeyOf(trouble)]));
    }

    /// <summary>
    /// Takes what is known of whoever listens at Grafana's address. What was refused stays a trouble until somebody is proved there.
    /// </summary>
    public void Note(ListenerState listener)
    {
        if (listener.Kind is ListenerKind.Unknown) return;
        if (listener.Kind != ListenerKind.Refused) End(TroubleKind.ListenerRefused);
        if (listener.Kind is not (ListenerKind.Believed or ListenerKind.Refused)) End(TroubleKind.ListenerNotProved);
        if (listener.Kind == ListenerKind.Refused) Begin(TroubleKind.ListenerRefused, listener.Sentence);
        else if (listener.Kind == ListenerKind.Believed) Begin(TroubleKind.ListenerNotProved, listener.Sentence);
    }

    /// <summary>Tells the admins of what has lasted too long by now. True when something is owed; the caller commits.</summary>
    public bool Step()
    {
        var now = time.GetUtcNow();
        CountAnew(now);
        var lasting = memory.State.Troubles.Where(t =>
            !t.IsTold && !(t.IsPaged && board is { IsAlone: true })
            && TroubleText.Of(t.Kind).Patience is { } patience && now - t.Since >= patience).ToList();
        foreach (var trouble in lasting) Tell(trouble);
        return lasting.Count > 0;
    }

    /// <summary>
    /// One that began later than now began by a clock that has been put back since, most likely as the host started; then Grafana may be
    /// starting as well, and has its time from now.
    /// </summary>
    private void CountAnew(DateTimeOffset now)
    {
        var present = memory.State.Troubles;
        for (var i = 0; i < present.Count; i++)
            if (!present[i].IsTold && present[i].Since > now) present[i] = present[i] with { Since = now };
    }

    /// <summary>Puts down what Alertmanager is to ring for now.</summary>
    /// <param name="called">Whose Grafana it is about.</param>
    public void Show(string called) => board?.Show(
    [
        .. memory.State.Troubles.Where(trouble => trouble.IsTold || trouble.IsPaged)
            .Select(trouble => TroubleText.Standing(trouble, called)),
    ]);

    private void Tell(Trouble trouble)
    {
        var at = memory.State.Troubles.IndexOf(trouble);
        if (board is { IsAlone: true })
        {
            memory.State.Troubles[at] = trouble with { IsPaged = true };
            return;
        }

        memory.State.Troubles[at] = trouble with { IsTold = true };
        memory.State.Letters.Add(LetterAbout(trouble, LetterKind.TroubleBegan, KeyOf(trouble), []));
    }

    private static string KeyOf(Trouble trouble) => $"trouble/{trouble.Kind}/{trouble.Since.ToUnixTimeMilliseconds()}";

    private Letter LetterAbout(Trouble trouble, LetterKind kind, string key, IReadOnlyList<string> supersedes) => new(
        key, kind, [], time.GetUtcNow(), supersedes, new LetterNote(trouble.Detail, trouble.Kind, trouble.Since)
        {
            Alertmanager = board?.Silence?.Why,
        });
}
