namespace Athena.AutoDisable.Policy;

/// <summary>What <see cref="NoticePolicy"/> decided about the accounts of which the admins have to be told.</summary>
/// <param name="Form">One mail each, one for all, or not yet.</param>
/// <param name="AnnounceFlood">A critical mail about the flood is due as well.</param>
/// <param name="WaitUntil">With <see cref="NoticeForm.Wait"/>: when to ask again.</param>
internal sealed record NoticePlan(NoticeForm Form, bool AnnounceFlood, DateTimeOffset? WaitUntil)
{
    public static NoticePlan Nothing { get; } = new(NoticeForm.Nothing, false, null);
}
