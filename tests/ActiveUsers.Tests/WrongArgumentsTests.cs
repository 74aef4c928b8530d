using Athena.ActiveUsers.CommandLine;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <inheritdoc cref="WrongArguments"/>
internal sealed class WrongArgumentsTests : WrongArguments
{
    protected override IReadOnlyDictionary<string, string> Needed { get; } = new Dictionary<string, string>
    {
        ["TELEGRAM_BOT_TOKEN"] = "123456789:not_shown_anywhere_not_shown_anywhere",
        ["TELEGRAM_CHAT_ID"] = "-1001234567890",
    };

    [TestCase("")]
    [TestCase("frobnicate")]
    [TestCase("once --from garbage")]
    [TestCase("once --to garbage")]
    [TestCase("once --from 10:00 --to 09:00")]
    [TestCase("silence garbage --reason x")]
    [TestCase("silence 0s --reason x")]
    [TestCase("silence 900d --reason x")]
    [TestCase("silence -2h --reason x")]
    [TestCase("silence 2h")]
    [TestCase("pulse --test=maybe")]
    [TestCase("report --from garbage")]
    [TestCase("report --to garbage")]
    [TestCase("report --from 2026-02-01 --to 2026-01-01")]
    [TestCase("report --output html")]
    [TestCase("activate --before 2026-01-01")]
    public async Task What_is_wrong_is_said(string arguments)
    {
        var (code, text) = await CodeAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(code, Is.EqualTo(ExitCode.Usage), text);
        Assert.That(text, Is.Not.Empty);
    }

    protected override Task<int> RunAsync(SettingsSource source, string[] arguments, TextWriter output) =>
        ActiveUsersProgram.Create(_ => source).InvokeAsync(arguments, output, output);
}
