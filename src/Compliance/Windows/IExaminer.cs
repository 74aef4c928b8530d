using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Windows;

/// <summary>Looks at a window: reads the log, asks Grafana who is who, decides. Changes nothing and does not throw for what it finds.</summary>
internal interface IExaminer
{
    Task<WindowEvidence> ExamineAsync(Window window, bool isLate, CancellationToken cancel);
}
