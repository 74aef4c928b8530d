using System.Globalization;

namespace Athena.Sandbox;

/// <summary>
/// Options as <c>--name value</c>, and flags as <c>--name</c> alone. No package: three commands of a test tool need none.
/// </summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">something that is no option of this command, or twice the same</exception>
    public CommandLine(IEnumerable<string> args, params string[] known)
    {
        string? open = null;
        foreach (var arg in args)
        {
            if (!arg.StartsWith("--", StringComparison.Ordinal) && open is not null)
            {
                values[open] = arg;
                open = null;
                continue;
            }

            var name = arg.TrimStart('-');
            if (!known.Contains(name))
                throw new FormatException($"\"{arg}\" is no option here. Known: {string.Join(", ", known.Select(k => "--" + k))}.");
            if (!values.TryAdd(name, "")) throw new FormatException($"--{name} is there twice.");
            open = name;
        }
    }

    public bool Has(string name) => values.ContainsKey(name);

    public string? Text(string name) => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public int Number(string name, int otherwise)
    {
        if (Text(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"--{name} needs a number, not \"{text}\".");
    }
}
