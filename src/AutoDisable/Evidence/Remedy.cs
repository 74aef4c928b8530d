using Athena.Common.Notify.Documents;

namespace Athena.AutoDisable.Evidence;

/// <summary>One critical thing that a stranger left behind, and how it is removed.</summary>
/// <param name="What">A sentence that names it.</param>
/// <param name="Commands">To be typed in this order; words in capitals are to be filled in. Empty where only looking at it helps.</param>
/// <param name="Page">Where Grafana shows it; null where it has no page of its own.</param>
internal sealed record Remedy(Phrase What, IReadOnlyList<MailBlock.Command> Commands, MailButton? Page = null);
