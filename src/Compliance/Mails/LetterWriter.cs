using Athena.Common.Notifications;
using Athena.Compliance.Deciding;
using Athena.Compliance.Evidence;
using Athena.Compliance.Windows;

namespace Athena.Compliance.Mails;

/// <summary>Which mails follow from a decision.</summary>
internal sealed class LetterWriter(ReportOptions options) : ILetterWriter
{
    private readonly ReportMail report = new(options);
    private readonly OpsMail ops = new(options);

    public IReadOnlyList<OutgoingMail> Write(WindowEvidence evidence) => evidence.Finding?.Outcome switch
    {
        Outcome.OnlyAdmins or Outcome.OnlyAdminsInPart => [report.Write(evidence)],
        Outcome.Nobody when options.ReportsNobody => [report.Write(evidence)],
        Outcome.NotSeen => [ops.Write(evidence)],
        _ => [],
    };
}
