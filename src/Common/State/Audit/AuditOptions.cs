namespace Athena.Common.State.Audit;

/// <summary>Where the audit lies and how long what is kept.</summary>
/// <param name="Directory">The state directory; exists.</param>
/// <param name="Keep"><c>AUDIT_KEEP</c>: how long the facts, with personal data, are kept.</param>
/// <param name="KeepVerdicts"><c>VERDICT_KEEP</c>: how long the verdicts without names are kept.</param>
public sealed record AuditOptions(string Directory, TimeSpan Keep, TimeSpan KeepVerdicts)
{
    /// <summary>Lines with their facts.</summary>
    public const string FileName = "audit.jsonl";

    /// <summary>Older lines without facts.</summary>
    public const string VerdictsName = "verdicts.jsonl";

    /// <summary>Number and hash of the newest line, so that a missing end is noticed.</summary>
    public const string HeadName = "audit.head";

    /// <summary>The settings at the last start, without secrets.</summary>
    public const string LastStartName = "last-start.json";

    /// <summary>While the disk refuses, at most this many entries wait in memory.</summary>
    public int PendingLimit { get; init; } = 10_000;

    public string File => Path.Combine(Directory, FileName);

    public string Verdicts => Path.Combine(Directory, VerdictsName);

    public string Head => Path.Combine(Directory, HeadName);

    public string LastStart => Path.Combine(Directory, LastStartName);
}
