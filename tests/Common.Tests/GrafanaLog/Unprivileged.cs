using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Athena.Common.Tests.GrafanaLog;

/// <summary>
/// Does something on a thread of its own whose file accesses are another user's: setfsuid(2) is for one thread alone and takes root's
/// override of permissions away. Without root the mode alone forbids.
/// </summary>
internal static partial class Unprivileged
{
    private const uint Nobody = 65534;

    public static T Do<T>(Func<T> act)
    {
        if (!Environment.IsPrivilegedProcess)
            return act();

        T result = default!;
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                _ = SetFileSystemUser(Nobody);
                result = act();
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        fault?.Throw();
        return result;
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint user);
}
