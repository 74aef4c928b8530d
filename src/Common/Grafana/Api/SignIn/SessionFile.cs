using System.Text.Json;
using Athena.Common.Files;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>The session on disk: readable by us alone, replaced whole or not at all.</summary>
internal sealed class SessionFile(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path => path;

    /// <summary>What is kept for this account at this address; null when there is nothing, or nothing that can be used.</summary>
    /// <param name="problem">Why an existing file was not used or had to be mended; null when all is well.</param>
    public StoredSignIn? Load(string url, string user, out string? problem)
    {
        problem = null;
        try
        {
            if (!File.Exists(path))
                return null;

            // Somebody may have read it already, but the session is ours and may be the only way in: shut the file and go on with it. By
            // its handle, and behind no link: a link is none of ours.
            LibC.DemandOrdinary(path);
            using var file = File.OpenHandle(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            {
                File.SetUnixFileMode(file, OwnerOnly);
                problem = $"{path} could be read by others and was shut (mode 0600).";
            }

            using var content = new FileStream(file, FileAccess.Read, bufferSize: 0);
            var stored = JsonSerializer.Deserialize(content, GrafanaJsonContext.Default.StoredSignIn);
            if (stored is not null && stored.Url == url && stored.User == user)
                return stored;
            problem = $"{path} belongs to another account or address and is not used.";
        }
        catch (JsonException)
        {
            problem = $"{path} is damaged and not used: the password opens a new session.";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"{path} cannot be read: {fault.Message}";
        }

        return null;
    }

    /// <summary>False when it could not be written; then the file that was there is still there.</summary>
    public bool TrySave(StoredSignIn content, out string? problem)
    {
        var next = path + ".new";
        try
        {
            if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);

            // A left-over of a crash may have another mode: the mode is given to new files only.
            File.Delete(next);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var stream = new FileStream(next, options))
            {
                JsonSerializer.Serialize(stream, content, GrafanaJsonContext.Default.StoredSignIn);
                stream.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
            problem = null;
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"The session could not be kept in {path} ({fault.Message}); after a restart the password will be needed.";
            return false;
        }
    }
}
