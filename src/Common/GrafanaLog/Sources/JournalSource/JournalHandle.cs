using Microsoft.Win32.SafeHandles;

namespace Athena.Common.GrafanaLog.Sources.JournalSource;

/// <summary>A <c>sd_journal*</c>. Closed when no call is under way any more, whichever thread asks for it.</summary>
internal sealed class JournalHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public JournalHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        LibSystemd.Close(handle);
        return true;
    }
}
