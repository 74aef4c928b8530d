using System.Runtime.CompilerServices;

namespace Athena.Tests.Shared;

/// <summary>The folder that the tests were built from: recorded fixtures and documents are read in their own place.</summary>
internal static class Repository
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>Where a file or folder of the repository is, given as <c>docs/samples</c>.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string ThisFile([CallerFilePath] string source = "") => source;
}
