using Athena.AutoDisable.Accounts;

namespace Athena.AutoDisable;

/// <summary>
/// What keeps the gate from its work, said once when it begins and once when it is over. Survives a restart, so that a daemon that
/// restarts while it is signed out does not mail the same again.
/// </summary>
internal sealed class Troubles(GateMemory memory, Chronicle chronicle, TimeProvider time)
{
    public IReadOnlyList<Trouble> Present => memory.State.Troubles;

    public bool Has(TroubleKind kind) => memory.State.Troubles.Exists(trouble => trouble.Kind == kind);

    /// <summary>Notes that <paramref name="kind"/> is the case. Nothing is said when that is known.</summary>
    public void Begin(TroubleKind kind, string detail)
    {
        if (Has(kind)) return;
        var trouble = new Trouble(kind, time.GetUtcNow(), detail);
        memory.State.Troubles.Add(trouble);
        chronicle.TroubleBegan(trouble);
        if (IsMailed(kind)) memory.State.Letters.Add(LetterAbout(trouble, LetterKind.TroubleBegan, []));
    }

    /// <summary>Notes that <paramref name="kind"/> is not the case (any more).</summary>
    public void End(TroubleKind kind)
    {
        if (memory.State.Troubles.Find(trouble => trouble.Kind == kind) is not { } trouble) return;
        memory.State.Troubles.Remove(trouble);
        chronicle.TroubleOver(trouble, time.GetUtcNow() - trouble.Since);
        if (IsMailed(kind)) memory.State.Letters.Add(LetterAbout(trouble, LetterKind.TroubleOver, [KeyOf(trouble)]));
    }

    /// <summary>
    /// Grafana being down is announced by one daemon of the three, not by each; and while it is down nobody gets in. A log that cannot
    /// be read makes the gate slower, not open.
    /// </summary>
    private static bool IsMailed(TroubleKind kind) => kind is not (TroubleKind.GrafanaDown or TroubleKind.LogNotSeen);

    private static string KeyOf(Trouble trouble) => $"trouble/{trouble.Kind}/{trouble.Since.ToUnixTimeMilliseconds()}";

    private Letter LetterAbout(Trouble trouble, LetterKind kind, IReadOnlyList<string> supersedes) => new(
        kind == LetterKind.TroubleBegan ? KeyOf(trouble) : KeyOf(trouble) + "/over",
        kind,
        [],
        time.GetUtcNow(),
        supersedes,
        new LetterNote(trouble.Detail, trouble.Kind, trouble.Since));
}
