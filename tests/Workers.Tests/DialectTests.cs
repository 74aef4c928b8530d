using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>
/// One dialect: what reads alike is looked at for what it says. Formatting and naming are the build's and <c>make format-check</c>'s.
/// </summary>
internal sealed partial class DialectTests
{
    private const int LongestLine = 140;
    private const int LongestWord = 100;
    private const int MostParameters = 10;

    private static readonly string[] Folders = ["src", "tests", "sandbox", "bench"];

    private static readonly string[] Kinds = [".cs", ".sh", ".csproj", ".props", ".targets"];

    private static readonly Assembly[] Ours =
    [
        .. new[] { "Athena.Common", "Athena.Migration", "Athena.AutoDisable", "Athena.Compliance", "Athena.ActiveUsers", "athena-workers",
            "athena-workers-decisions" }
            .Select(Assembly.Load),
    ];

    /// <summary>
    /// An account is not a man, and a person need not be one: they, the account, the admin; a daemon or a server is "it". Only where a
    /// recording is asked for by the title that it has do we write as it does.
    /// </summary>
    [Test]
    public void Nobody_is_called_he([ValueSource(nameof(Folders))] string folder)
    {
        var titles = new Lazy<string>(() => string.Concat(Directory.EnumerateFiles(
            Repository.PathOf("tests/Fixtures"), "*", SearchOption.AllDirectories).Where(IsRecording).Select(File.ReadAllText)));
        var others = Files(folder).Where(file => Path.GetFileNameWithoutExtension(file) != nameof(DialectTests)); // Which names the words.
        var found = others.SelectMany(file => Lines(file).Where(line => Pronoun().IsMatch(line.Text))
            .Where(line => !Quoted().Matches(line.Text)
                .Any(quote => Pronoun().IsMatch(quote.Value) && titles.Value.Contains(quote.Value, StringComparison.Ordinal)))
            .Select(line => $"{file}:{line.Number}: {line.Text.Trim()}"));
        Assert.That(found, Is.Empty);
    }

    /// <summary>
    /// Whoever needs more does more than one thing, or has parts that travel together and want a name. A record of plain data is what it
    /// consists of (state and settings, whose members have names wherever one is made), so it may have as many as there are facts.
    /// </summary>
    [Test]
    public void No_constructor_takes_more_than_ten_things([ValueSource(nameof(Ours))] Assembly assembly) => Assert.That(
        assembly.GetTypes().Where(type => !type.Name.Contains('<', StringComparison.Ordinal))
            .SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(made =>
                    made.GetParameters() is { Length: > MostParameters } all
                        && !(IsRecord(type) && all.All(one => IsData(one.ParameterType))))
                .Select(made => $"{type.FullName}: {made.GetParameters().Length}")),
        Is.Empty);

    /// <summary>
    /// What does not fit is wrapped where its parts part. Three things cannot be: the inside of a raw or verbatim text, which would be
    /// another text then; a name that is a sentence; an address.
    /// </summary>
    [Test]
    public void No_line_is_longer_than_a_hundred_and_forty([ValueSource(nameof(Folders))] string folder) => Assert.That(
        Files(folder).Where(file => Path.GetExtension(file) == ".cs").SelectMany(file => TooLong(file).Select(line => $"{file}:{line}")),
        Is.Empty);

    private static IEnumerable<int> TooLong(string file)
    {
        var isInText = false;
        foreach (var (number, text) in Lines(file))
        {
            var marks = RawMark().Count(text);
            var isText = isInText || marks > 0 || text.Contains("@\"", StringComparison.Ordinal);
            if (marks % 2 == 1) isInText = !isInText;
            if (text.Length > LongestLine && !isText && text.Split(' ').Max(word => word.Length) <= LongestWord) yield return number;
        }
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, [typeof(StringBuilder)])
            is not null;

    /// <summary>Nothing of ours that works: values, enums, records, and lists of them.</summary>
    private static bool IsData(Type type) => type.IsGenericType
        ? type.GetGenericArguments().All(IsData) && (!Ours.Contains(type.Assembly) || type.IsValueType || IsRecord(type))
        : type.IsArray ? IsData(type.GetElementType()!) : !Ours.Contains(type.Assembly) || type.IsValueType || IsRecord(type);

    [Test]
    public void No_file_is_longer_than_four_hundred_lines([ValueSource(nameof(Folders))] string folder) =>
        Assert.That(Files(folder).Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && Lines(file).Count() > 400), Is.Empty);

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories)
            .Where(file => Kinds.Contains(Path.GetExtension(file)) && !Elsewhere().IsMatch(file))
            .Select(file => Path.GetRelativePath(Repository.PathOf("."), file));

    private static IEnumerable<(int Number, string Text)> Lines(string file) =>
        File.ReadLines(Repository.PathOf(file)).Select((text, index) => (index + 1, text));

    private static bool IsRecording(string file) => Path.GetExtension(file) is ".json" or ".md" or ".txt" or ".jsonl";

    /// <summary>Also as a part of a name: <c>isHim</c>, <c>as_he_is</c>.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9])(he|him|his|himself|she|her|hers|herself)(?![a-z0-9])"
        + @"|(?<=[a-z_]|(?<![A-Za-z0-9]))(He|Him|His|Himself|She|Her|Hers|Herself)(?![a-z])")]
    private static partial Regex Pronoun();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawMark();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("/(obj|bin|node_modules|TestResults|Fixtures)/")]
    private static partial Regex Elsewhere();
}
