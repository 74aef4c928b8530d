namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>What spoiled the sight of a span of time.</summary>
public enum GapCause
{
    /// <summary>What is still there of the log, or of a vacuumed journal, begins later.</summary>
    BeginsLater,

    /// <summary>The log has not a line any more, and no probe proves that there was none to be written.</summary>
    EndsEarlier,

    /// <summary>journald dropped messages of the unit over its rate limit.</summary>
    Dropped,

    /// <summary>A rotated file or a part of the journal is missing, damaged, packed or may not be read.</summary>
    Unreadable,

    /// <summary>The process that read died over it, or took too long.</summary>
    ReaderDied,

    /// <summary><c>[server] router_logging</c> is off: 200 and 304 are hidden, dashboards invisible, users roughly countable.</summary>
    RouterLoggingOff,

    /// <summary>A sight probe was answered but did not come back in the log.</summary>
    ProbeLost,

    /// <summary>Somebody was active of whom this log has no line: another node, lost lines.</summary>
    SeesNotAll,

    /// <summary>There is no log at all: absent, not permitted, in the console format.</summary>
    NoLog,

    /// <summary>The log's time went back: a stretch was passed twice, or was written under a clock that was ahead.</summary>
    ClockSet,

    /// <summary>Grafana itself could not find out who asked, as while its database is away: such requests are logged as nobody's.</summary>
    Unidentified,

    /// <summary>More people were in the log than are kept of a window.</summary>
    TooMany,
}
