using System.Text;
using Athena.Common.Files;
using Athena.Common.Settings;

namespace Athena.Common.Telemetry.Metrics;

/// <summary>
/// The one file of a daemon's metrics. A reader finds the whole of one round or the whole of the one before, and never a part: it is
/// written beside and moved into its place. Everybody may read it; nobody but the owner of the folder can write it or put another there.
/// </summary>
/// <param name="folder">The daemon's own folder, see <see cref="CommonSettings.MetricsParent"/>.</param>
/// <param name="name">What it is called there.</param>
public sealed class MetricFile(string folder, string name = MetricFile.FileName)
{
    /// <summary>Of the file in each daemon's folder.</summary>
    public const string FileName = "metrics.prom";

    /// <summary>A unit's folders are nobody else's (RuntimeDirectoryMode=0700): this one is to be read.</summary>
    private const UnixFileMode FolderMode =
        ForAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode ForAll = PrivateFile.Mode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>In which each daemon has its folder, on a host with our packages.</summary>
    public static string Parent { get; } = $"/run/{CommonSettings.MetricsParent}";

    public string FilePath { get; } = Path.Combine(folder, name);

    /// <summary>Where a daemon's file is on a host with our packages.</summary>
    public static string Of(string daemon) => Path.Combine(Parent, daemon, FileName);

    /// <summary>Replaces the file. The disk is not waited for: after a crash of the machine there is nothing to be read anyway.</summary>
    /// <exception cref="IOException">The folder is missing, or there is no room.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public void Write(string text)
    {
        // As systemd made it; another mode was chosen by somebody.
        if (Directory.Exists(folder) && File.GetUnixFileMode(folder) == PrivateFile.DirectoryMode)
            File.SetUnixFileMode(folder, FolderMode);
        var temporary = FilePath + ".tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, PrivateFile.NewFile))
        {
            File.SetUnixFileMode(file.SafeFileHandle, ForAll); // The unit's umask takes it from others.
            file.Write(Encoding.UTF8.GetBytes(text));
        }

        File.Move(temporary, FilePath, overwrite: true);
    }

    /// <summary>Takes it away: what nobody writes any more is not to be believed.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public void Remove()
    {
        if (Directory.Exists(folder)) File.Delete(FilePath);
    }
}
