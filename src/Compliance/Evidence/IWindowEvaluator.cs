using Athena.Common.Time;

namespace Athena.Compliance.Evidence;

/// <summary>
/// Looks at a window: reads the log, asks Grafana who is who, decides. Changes nothing and does not throw for what it finds.
/// </summary>
internal interface IWindowEvaluator
{
    Task<WindowEvidence> ExamineAsync(Window window, bool isLate, CancellationToken cancel);
}
