using System.Reflection;

namespace Athena.Common.Settings;

/// <summary>
/// The one program that all daemons are. It knows which of them it is by the name that it was called by (a link), or by its first word; the
/// path of a process is that of the file behind all links, so it is started once more always with the word.
/// </summary>
public static class OwnProgram
{
    /// <summary>What starts this program once more as what it is now: a path, and the words before a command.</summary>
    public static IReadOnlyList<string> Command { get; private set; } = Find();

    /// <summary>Which daemon this process is; <c>NAME</c> in a program that is none of them.</summary>
    public static string Daemon { get; private set; } = "NAME";

    /// <summary>The folder of the file behind all links.</summary>
    public static string Folder { get; } = AppContext.BaseDirectory;

    /// <summary>The name that it was called by, as whoever started it wrote it: the last part of a path.</summary>
    public static string CalledBy { get; } = Path.GetFileName(FirstWord());

    /// <summary>To be said before anything else is done: which daemon this process is.</summary>
    public static void Become(string daemon) => (Command, Daemon) = ([.. Find(), daemon], daemon);

    /// <summary>As it was started itself: <c>dotnet X.dll</c>, or a program of its own.</summary>
    private static string[] Find()
    {
        var program = Environment.ProcessPath ?? "";
        // By its folder and name: in a program of one file no assembly has a place.
        var assembly = Path.Combine(AppContext.BaseDirectory, $"{Assembly.GetEntryAssembly()?.GetName().Name}.dll");
        return Path.GetFileNameWithoutExtension(program) == "dotnet" && File.Exists(assembly) ? [program, assembly] : [program];
    }

    /// <summary>
    /// Asked of the kernel: a program that is not compiled ahead is told the file that it was made from, and not the link.
    /// </summary>
    private static string FirstWord()
    {
        try
        {
            return File.ReadAllText("/proc/self/cmdline").Split('\0', 2)[0];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Environment.GetCommandLineArgs().FirstOrDefault() ?? "";
        }
    }
}
