using Athena.Common.Settings;

namespace Athena.Tests.Shared;

/// <summary>
/// Whatever is wrong on the command line is told with exit code 64 (EX_USAGE in sysexits.h), at each command and each option.
/// </summary>
internal abstract class WrongArguments
{
    private static readonly string[] TakesEmpty = ["--reason"];

    /// <summary>What the library that reads command lines would say; ours say what to type.</summary>
    private static readonly string[] LibrarysWords = ["Required argument", "not recognized", "Unrecognized"];

    private TemporaryDirectory folder = null!;

    /// <summary>What the daemon cannot do without, beside what all have.</summary>
    protected abstract IReadOnlyDictionary<string, string> Needed { get; }

    /// <summary>The daemon's command line.</summary>
    protected abstract Task<int> RunAsync(SettingsSource source, string[] arguments, TextWriter output);

    [SetUp]
    public void Open() => folder = new TemporaryDirectory();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public async Task At_each_command_and_each_option_the_same_code_says_so()
    {
        var help = new CommandHelp((arguments, output) => RunAsync(Source(), arguments, output));
        List<string> tried = [];
        List<string> others = [];
        foreach (var command in await help.CommandsAsync())
        {
            string[] whole = [.. command.Split(' '), .. Enumerable.Repeat("x", await help.ArgumentsOfAsync(command))];
            await TryAsync([.. whole, "one", "more", "yet"]);
            await TryAsync([.. whole, "--no-such-option"]);
            if (whole.Length > command.Split(' ').Length)
            {
                await TryAsync(whole[..^1]);
                await TryAsync([.. whole[..^1], ""]);
            }

            foreach (var (option, takesValue) in await help.OptionsAsync(command))
            {
                await TryAsync(takesValue ? [.. whole, option] : [.. whole, $"{option}=perhaps"]);
                if (takesValue && !TakesEmpty.Contains(option)) await TryAsync([.. whole, option, " "]);
            }
        }

        Assert.That(tried, Has.Count.GreaterThan(100), "the help was understood");
        Assert.That(others, Is.Empty);

        async Task TryAsync(string[] arguments)
        {
            var (code, text) = await CodeAsync(arguments);
            tried.Add(string.Join(' ', arguments));
            var saysHow = !text.Contains("> is missing", StringComparison.Ordinal)
                || text.Contains("\nExample: sudo ", StringComparison.Ordinal);
            if (code != ExitCode.Usage || !saysHow || LibrarysWords.Any(text.Contains))
                others.Add($"{tried[^1]}: {code} {text}");
        }
    }

    protected async Task<(int Code, string Text)> CodeAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var code = await RunAsync(Source(), arguments, output);
        return (code, output.ToString());
    }

    private SettingsSource Source() => new(
        new Dictionary<string, string>(Needed)
        {
            ["STATE_DIR"] = folder["state"],
            ["CONTROL_DIR"] = folder["run"],
            ["GRAFANA_URL"] = "http://127.0.0.1:9",
            ["LOG"] = $"file:{folder["grafana.log"]}",
        }, null);
}
