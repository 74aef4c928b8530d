using Microsoft.Win32.SafeHandles;

namespace Athena.Common.Files;

/// <summary>
/// A directory that root has reached from <c>/</c> name by name, and holds. No link is followed but one that root made where nobody else
/// can put one, such as systemd's to <c>private/NAME</c> (systemd.exec(5), DynamicUser=). Whatever its names lead to later, this stays the
/// one whose owner was asked for.
/// </summary>
internal sealed class HeldDirectory : IDisposable
{
    private const int MostLinks = 40;

    private readonly SafeFileHandle handle;

    private HeldDirectory(SafeFileHandle handle, string path, Owner owner)
    {
        this.handle = handle;
        Path = path;
        Owner = owner;
    }

    /// <summary>As it was named.</summary>
    public string Path { get; }

    /// <summary>Who may decide what lies there: its owner, or where that is root the owner of a directory above it.</summary>
    public Owner Owner { get; }

    /// <summary>Leads to this very directory for this process alone, also where a directory above it may not be entered any more.</summary>
    public string AccessPath => $"/proc/self/fd/{(int)handle.DangerousGetHandle()}";

    /// <summary>Null when there is no such directory.</summary>
    /// <exception cref="NotPermittedException">Not ours to look at, or in the hands of more than one.</exception>
    /// <exception cref="IOException">It is something else than a directory, or cannot be looked at.</exception>
    public static HeldDirectory? Open(string path)
    {
        var names = new Stack<string>(Names(path));
        var at = Root();
        var master = default(Owner);
        var links = 0;
        try
        {
            while (names.TryPop(out var name))
            {
                var next = Kernel.Open(at, name, out var error);
                if (next.IsInvalid)
                {
                    next.Dispose();
                    if (error == Kernel.NoEntry) return null;
                    if (error == Kernel.AccessDenied) throw new NotPermittedException(path);
                    throw new IOException(
                        $"{path} cannot be looked at: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}");
                }

                var found = Kernel.StatusOf(next);
                if (found.IsLink)
                {
                    using (next)
                    {
                        DemandRootsOwn(found, Kernel.StatusOf(at), path, name);
                        if (++links > MostLinks) throw new IOException($"{path}: too many links lead to one another.");
                        var target = Kernel.TargetOf(next);
                        foreach (var part in Names(target)) names.Push(part);
                        if (target.StartsWith('/')) at = Exchange(at, Root());
                    }

                    continue;
                }

                at = Exchange(at, next);
                if (!found.IsDirectory) throw new IOException($"{path} is no directory.");
                if (!found.Owner.IsRoot) master = found.Owner;
                else if (names.Count == 0 && master.IsRoot && found.IsOpenToOthers)
                    throw new NotPermittedException(path,
                        $"{path} belongs to root, and others may write there: root does not work in it. Shut it: sudo chmod go-w {path}");
            }

            var held = new HeldDirectory(at, path, master);
            at = null;
            return held;
        }
        finally
        {
            at?.Dispose();
        }
    }

    public void Dispose() => handle.Dispose();

    private static void DemandRootsOwn(Kernel.Status link, Kernel.Status directory, string path, string name)
    {
        if (link.Owner.IsRoot && directory.Owner.IsRoot && (!directory.IsOpenToOthers || directory.IsSticky)) return;
        throw new NotPermittedException(
            path,
            $"{path}: {name} is a link that root did not make or that others can exchange, so root does not follow it. Look where it "
            + "leads (ls -l) and who could write there, then name the directory itself.");
    }

    private static SafeFileHandle Root() => Kernel.Open(null, "/", out _);

    private static SafeFileHandle Exchange(SafeFileHandle old, SafeFileHandle fresh)
    {
        old.Dispose();
        return fresh;
    }

    /// <summary>The last name first, as a stack wants them.</summary>
    private static IEnumerable<string> Names(string path) => path.Split('/').Where(name => name is not ("" or ".")).Reverse();
}

/// <summary>Only root may do that, or not even root should.</summary>
/// <param name="path">What may not be read.</param>
/// <param name="reason">What to do instead of using sudo; null when sudo is all it takes.</param>
public sealed class NotPermittedException(string path, string? reason = null)
    : UnauthorizedAccessException(reason ?? $"Only root may read {path}.")
{
    /// <summary>What may not be read.</summary>
    public string Path => path;

    /// <summary>The same command, run by root, would be permitted.</summary>
    public bool NeedsRoot => reason is null;
}
