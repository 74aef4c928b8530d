using System.Text;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>A path as the C library takes it: UTF-8 with a zero at the end, made once and not at every look.</summary>
internal sealed class NativePath(string path)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(path + '\0');

    public ReadOnlySpan<byte> Bytes => _bytes;

    public override string ToString() => path;
}
