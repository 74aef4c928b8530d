using System.Text;

namespace Athena.Sandbox.Demo;

/// <summary>The last lines of a file, without reading the rest.</summary>
internal static class FileTail
{
    private const int Window = 256 << 10;

    /// <returns>the oldest first; empty when the file is not there or may not be read</returns>
    public static IReadOnlyList<string> Read(string? path, int lines)
    {
        if (path is null) return [];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var from = Math.Max(0, file.Length - Window);
            file.Seek(from, SeekOrigin.Begin);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var all = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            // The first one may have lost its beginning.
            return all.Skip(from > 0 ? 1 : 0).TakeLast(lines).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
