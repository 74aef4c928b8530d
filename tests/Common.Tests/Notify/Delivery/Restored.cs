namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>
/// A file or folder that the kernel refuses to open, whoever asks (a link that leads to itself), until this is disposed: then it is there
/// as before.
/// </summary>
internal sealed class Restored : IDisposable
{
    private readonly string path;
    private readonly string aside;

    public Restored(string path)
    {
        this.path = path;
        aside = path + ".aside";
        Move(path, aside);
        File.CreateSymbolicLink(path, path);
    }

    public void Dispose()
    {
        if (!Path.Exists(aside)) return;
        File.Delete(path);
        Move(aside, path);
    }

    private static void Move(string from, string to)
    {
        if (Directory.Exists(from)) Directory.Move(from, to);
        else File.Move(from, to);
    }
}
