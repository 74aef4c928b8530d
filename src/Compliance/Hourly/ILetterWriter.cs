using Athena.Common.Notify;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Hourly;

/// <summary>Which mails follow from a decision. The same evidence gives the same mails with the same keys.</summary>
internal interface ILetterWriter
{
    /// <summary>Whether those who get the reports get one of it.</summary>
    bool IsReported(WindowEvidence evidence);

    IReadOnlyList<Notification> Write(WindowEvidence evidence);
}
