using Microsoft.Extensions.Logging;

namespace Athena.Common.Telemetry;

/// <summary>A kind of event with a name for ever, so that one can search for it and <c>journalctl -x</c> explains it.</summary>
/// <param name="Name">Kebab-case: <c>account-locked</c>. Field <c>ATHENA_EVENT</c>.</param>
/// <param name="MessageId">Never changed, never used twice. Field <c>MESSAGE_ID</c>.</param>
/// <param name="Level">How it is logged.</param>
/// <param name="Subject">One line; <c>@FIELD@</c> is replaced by the entry's field (journald's message catalogue).</param>
/// <param name="Explanation">What it means and what to do.</param>
public sealed record EventKind(string Name, Guid MessageId, LogLevel Level, string Subject, string Explanation);
