using Athena.Common.Notifications.Documents;

namespace Athena.AutoDisable.Exposures;

/// <summary>One critical thing that he left behind, and how it is removed.</summary>
/// <param name="What">A sentence that names it.</param>
/// <param name="Commands">To be typed in this order; words in capitals are to be filled in. Empty where only looking at it helps.</param>
internal sealed record Remedy(Phrase What, IReadOnlyList<MailBlock.Command> Commands);
