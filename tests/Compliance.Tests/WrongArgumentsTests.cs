using Athena.Common.Settings;
using Athena.Compliance.CommandLine;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests;

/// <inheritdoc cref="WrongArguments"/>
internal sealed class WrongArgumentsTests : WrongArguments
{
    protected override IReadOnlyDictionary<string, string> Needed { get; } = new Dictionary<string, string>
    {
        ["GRAFANA_USER"] = "workers",
        ["GRAFANA_PASSWORD"] = "x",
        ["REPORT_TO"] = "lead@example.org",
        ["OPS_MAIL_TO"] = "ops@example.org",
        ["MAIL_FROM"] = "grafana@example.org",
        ["SMTP_HOST"] = "127.0.0.1",
        ["ADMIN_USER_IDS"] = "1",
    };

    [TestCase("")]
    [TestCase("frobnicate")]
    [TestCase("once --from garbage")]
    [TestCase("once --to garbage")]
    [TestCase("once --from 10:00 --to 09:00")]
    [TestCase("check --test-to nobody")]
    [TestCase("explain garbage")]
    [TestCase("report --from garbage")]
    [TestCase("report --to garbage")]
    [TestCase("report --from 2026-02-01 --to 2026-01-01")]
    [TestCase("report --output pdf")]
    [TestCase("simulate --since garbage")]
    [TestCase("simulate --since 900d")]
    [TestCase("preview --outcome garbage")]
    [TestCase("activate --before 2026-01-01")]
    [TestCase("restore /dev/null --guarded-until 2026-01-01")]
    public async Task What_is_wrong_is_said_before_anything_is_done(string arguments)
    {
        var (code, text) = await CodeAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(code, Is.EqualTo(ExitCode.Usage), text);
        Assert.That(text, Is.Not.Empty);
    }

    protected override Task<int> RunAsync(SettingsSource source, string[] arguments, TextWriter output) =>
        ComplianceProgram.Create(_ => source).InvokeAsync(arguments, output, output);
}
