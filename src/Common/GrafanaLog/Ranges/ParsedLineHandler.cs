using Athena.Common.GrafanaLog.Line;

namespace Athena.Common.GrafanaLog.Ranges;

/// <summary>Takes one parsed line of a window. It is valid only during the call.</summary>
public delegate void ParsedLineHandler(scoped in LogLine line);
