using Athena.Common.Notifications;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Windows;

/// <summary>Which mails follow from a decision. The same evidence gives the same mails with the same keys.</summary>
internal interface ILetterWriter
{
    IReadOnlyList<OutgoingMail> Write(WindowEvidence evidence);
}
