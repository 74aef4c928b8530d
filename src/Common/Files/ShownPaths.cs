using System.Collections.Concurrent;

namespace Athena.Common.Files;

/// <summary>
/// A directory that is reached by its handle has a name that means nothing to a person (<c>/proc/self/fd/9</c>): in what is said it bears
/// the one by which it was set. For the whole process, as the handles are.
/// </summary>
internal static class ShownPaths
{
    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    public static void Add(HeldDirectory directory) => Names[directory.AccessPath] = directory.Path;

    public static string In(string text)
    {
        foreach (var (access, shown) in Names)
        {
            // 9 must not be found in 90.
            for (var at = text.IndexOf(access, StringComparison.Ordinal); at >= 0; at = text.IndexOf(
                access, at + 1, StringComparison.Ordinal))
            {
                if (at + access.Length < text.Length && char.IsAsciiDigit(text[at + access.Length])) continue;
                text = string.Concat(text.AsSpan(0, at), shown, text.AsSpan(at + access.Length));
            }
        }

        return text;
    }
}
