using System.Globalization;

namespace Athena.Common.GrafanaLog.Sources.FileSource;

/// <summary>Which file it is, whatever its name: written <c>dev:inode</c> as <c>stat -c %d:%i</c> does.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Device}:{Inode}");
}
