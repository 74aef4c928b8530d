using Athena.Common.Notify;
using Athena.Compliance.Evidence;
using Athena.Compliance.Hourly;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Notify.Mails;

/// <summary>Which mails follow from a decision.</summary>
internal sealed class LetterWriter(ReportOptions options) : ILetterWriter
{
    private readonly ReportMail report = new(options);
    private readonly OpsMail ops = new(options);

    public IReadOnlyList<Notification> Write(WindowEvidence evidence)
    {
        var isReported = IsReported(evidence);
        return
        [
            .. isReported ? [report.Write(evidence)] : NoMails,
            .. !isReported && IsReported(evidence.Replaces?.Outcome) ? [report.WriteVoid(evidence)] : NoMails,
            .. evidence.Finding?.Outcome == Outcome.NotSeen && evidence.NotSeen is not { IsToldAlready: true }
                ? [ops.Write(evidence)]
                : NoMails,
            .. evidence.SeenAgain.Count > 0 ? [ops.WriteSeenAgain(evidence)] : NoMails,
        ];
    }

    public bool IsReported(WindowEvidence evidence) => IsReported(evidence.Finding?.Outcome);

    private bool IsReported(Outcome? outcome) =>
        outcome is Outcome.OnlyAdmins or Outcome.OnlyAdminsInPart || (outcome == Outcome.Nobody && options.ReportsNobody);

    private static Notification[] NoMails => [];
}
