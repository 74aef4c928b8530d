using Athena.AutoDisable.CommandLine;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

/// <inheritdoc cref="WrongArguments"/>
internal sealed class WrongArgumentsTests : WrongArguments
{
    protected override IReadOnlyDictionary<string, string> Needed { get; } = new Dictionary<string, string>
    {
        ["GRAFANA_USER"] = "workers",
        ["GRAFANA_PASSWORD"] = "x",
        ["MAIL_TO"] = "admin@example.org",
        ["MAIL_FROM"] = "grafana@example.org",
        ["SMTP_HOST"] = "127.0.0.1",
    };

    [TestCase("")]
    [TestCase("frobnicate")]
    [TestCase("status --output xml")]
    [TestCase("approve")]
    [TestCase("approve x --yes --role Owner")]
    [TestCase("approve x --yes --until garbage")]
    [TestCase("approve x --yes --until 2001-01-01")]
    [TestCase("approve x --yes --role Viewer --org -1")]
    [TestCase("approve x --yes --role Viewer --org abc")]
    [TestCase("approve x --yes --org 3")]
    [TestCase("approve --found --role Viewer --yes")]
    [TestCase("approve --found --until 2036-01-01 --yes")]
    [TestCase("approve x")] // Nobody is there to be asked.
    [TestCase("relock")]
    [TestCase("relock x --yes")]
    [TestCase("reject x --yes --with-objects")]
    [TestCase("reject x --yes --settled")]
    [TestCase("drill --mail perhaps")]
    [TestCase("baseline --before garbage")]
    [TestCase("baseline --before 2026-01-01 --all")]
    [TestCase("simulate --since garbage")]
    [TestCase("simulate --since -3d")]
    [TestCase("activate --before garbage --dry-run")]
    [TestCase("activate --before 2026-01-01 --all --dry-run")]
    [TestCase("account create --pause garbage")]
    [TestCase("restore /dev/null --guarded-until garbage")]
    [TestCase("print frob")]
    public async Task What_is_wrong_is_said_before_anything_is_done(string arguments)
    {
        var (code, text) = await CodeAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(code, Is.EqualTo(ExitCode.Usage), text);
        Assert.That(text, Is.Not.Empty);
    }

    [Test]
    public async Task An_empty_reason_is_none() =>
        Assert.That((await CodeAsync("reject", "x", "--yes", "--reason", "")).Code, Is.Not.EqualTo(ExitCode.Usage));

    protected override Task<int> RunAsync(SettingsSource source, string[] arguments, TextWriter output) =>
        AutoDisableProgram.Create(_ => source).InvokeAsync(arguments, output, output);
}
