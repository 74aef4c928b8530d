namespace Athena.AutoDisable.Policy;

/// <summary>In which form the admins are told of locked accounts.</summary>
internal enum NoticeForm
{
    Nothing,
    Single,
    Digest,
    Wait,
}
