namespace Athena.AutoDisable.BornLocked;

/// <summary>
/// An empty file in the state directory while new accounts are born locked, for whoever comes with the shell alone: revert, and the removal
/// of the package, which can read no state. The daemon makes and removes it.
/// </summary>
internal static class BornLockedMarker
{
    private const string Name = "born-locked";

    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, Name));

    /// <summary>A disk that refuses is no reason to stop: it is tried again at the next change.</summary>
    public static void Set(string directory, bool isThere)
    {
        var path = Path.Combine(directory, Name);
        try
        {
            if (isThere && !File.Exists(path))
                File.WriteAllText(
                    path, "New accounts of Grafana are born locked. Undone by: sudo grafana-auto-disable born-locked remove\n");
            else if (!isThere) File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Told where the state itself cannot be written.
        }
    }
}
