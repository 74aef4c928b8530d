using System.Text.RegularExpressions;
using Athena.Tests.Shared;

namespace Athena.Workers.Tests;

/// <summary>What all daemons say to people, as <c>docs/samples</c> has it: in words that people outside use, and of nobody's sex.</summary>
internal sealed partial class SampleWordsTests
{
    [TestCase(".txt", 70)]
    [TestCase(".html", 80)]
    public void No_word_is_private_or_tells_a_sex(string ending, int least)
    {
        var samples = Samples(ending);
        Assert.That(samples, Has.Count.GreaterThan(least), "the samples were found");
        Assert.That(
            samples.SelectMany(sample => Private().Matches(sample.Text).Select(word => $"{sample.Name}: {word.Value}")).Distinct(),
            Is.Empty);
    }

    [TestCase(".txt")]
    [TestCase(".html")]
    public void Whoever_applies_is_told_nothing_of_our_machines(string ending)
    {
        var samples = Samples(ending).Where(sample => sample.Name.StartsWith("applicant-", StringComparison.Ordinal)).ToList();
        Assert.That(samples, Has.Count.GreaterThan(3), "the samples were found");
        Assert.That(
            samples.SelectMany(sample => Internal().Matches(sample.Text).Select(word => $"{sample.Name}: {word.Value}")), Is.Empty);
    }

    /// <summary>Both have settings, BRAND_FOOTER and REPORT_RECIPIENT_NAME, which must be enough to name others.</summary>
    [Test]
    public void No_company_is_named_where_mails_and_messages_are_written_but_by_its_setting()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Writing().IsMatch(file) && Path.GetFileName(file) != "MailSettings.cs").ToList();
        Assert.That(files, Has.Count.GreaterThan(50), "the files were found");
        Assert.That(
            files.SelectMany(file => File.ReadLines(file)
                .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Company().IsMatch(line))
                .Where(line => !line.Contains("Recipient { get; init; } =", StringComparison.Ordinal))
                .Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")),
            Is.Empty);
    }

    /// <summary>Of a page what is to be read on it: the style sheet and the attributes are no words.</summary>
    private static List<(string Name, string Text)> Samples(string ending) =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf("docs/samples"), "*" + ending)
            .Select(file => (Path.GetFileName(file), Tag().Replace(Style().Replace(File.ReadAllText(file), " "), " "))),
    ];

    [GeneratedRegex(
        @"\b(gates?|guards?|guarded|guarding|sight|(?<!in )memory|probes?|h(e|im|is|imself)|s[h]e|h[e]r(s|self)?|let be|shown out|in other hands"
        + @"|finds no way in|at every sign|by nobody known|well again|slip of the pen)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Private();

    [GeneratedRegex(
        @"/var/|/etc/|/run/|\bsudo\b|\bdaemon\b|journald|systemctl|grafana-(auto-disable|compliance|active-users)|127\.0\.0\.1"
        + "|MAIL_TO")]
    private static partial Regex Internal();

    [GeneratedRegex(@"/(Notify|Summaries|Pulses|Policy|Failures)/[^.]+\.cs$")]
    private static partial Regex Writing();

    [GeneratedRegex("First2Lead|Digital-On", RegexOptions.IgnoreCase)]
    private static partial Regex Company();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
