using System.Runtime.Versioning;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.Time;
using Athena.Compliance.CommandLine;
using Athena.Compliance.Policy;
using Athena.Compliance.State;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Compliance.Tests;

/// <summary><c>person</c>: the evidence keeps that somebody was there, and not who.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PersonTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 20, 10, 0, 0, TimeSpan.FromHours(2));
    private TemporaryDirectory folder = null!;

    private AuditOptions Audit => new(folder.Path, TimeSpan.FromDays(36_500), TimeSpan.FromDays(36_500));

    [SetUp]
    public void Open() => folder = new TemporaryDirectory();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public async Task Erased_the_hour_is_explained_without_the_name()
    {
        var evidence = Example.Of(Outcome.OnlyAdmins, new Window(End.AddHours(-1), End), "file:/grafana.log", End.AddSeconds(20)) with
        {
            IsInvented = false,
        };
        var (them, other) = (evidence.People[1], evidence.People[0]);
        Assert.That(new EvidenceStore(folder["evidence"]).TryKeep(evidence, out var problem), Is.True, problem);
        using (var log = AuditLog.Open(Audit, TimeProvider.System, NullLogger<AuditLog>.Instance))
            log.Append(new AuditEntry("decided", evidence.Id, evidence.Verdict, new Dictionary<string, string>
            {
                ["administrator"] = $"{them.Id} {them.Login} (3), {other.Id} {other.Login} (2)",
            }));

        var (code, said) = await RunAsync("person", $"login:{them.Login}", "--erase", "--yes");
        Assert.That(code, Is.Zero, said);
        var after = new EvidenceStore(folder["evidence"]).Find(evidence.Id)!;
        Assert.Multiple(() =>
        {
            Assert.That(
                (after.People[1].Login, after.People[1].Id, after.People[1].Requests),
                Is.EqualTo(("(erased)", them.Id, them.Requests)));
            Assert.That((after.People[0].Login, after.People[0].Name), Is.EqualTo((other.Login, other.Name)));
            Assert.That(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
                .Where(path => File.ReadAllText(path).Contains(them.Login, StringComparison.OrdinalIgnoreCase)), Is.Empty);
            Assert.That(AuditVerifier.Verify(Audit).Problems, Is.Empty);
        });
        var (explained, text) = await RunAsync("explain", evidence.Id);
        Assert.That(explained, Is.Zero, text);
        Assert.That(text, Does.Contain("(erased)").And.Contain(other.Login));
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var source = new SettingsSource(
            new Dictionary<string, string>
            {
                ["STATE_DIR"] = folder.Path,
                ["CONTROL_DIR"] = folder.Path,
                ["ADMIN_USER_IDS"] = "1",
                ["GRAFANA_URL"] = "http://127.0.0.1:9",
                ["GRAFANA_USER"] = "a",
                ["GRAFANA_PASSWORD"] = "b",
                ["SMTP_HOST"] = "127.0.0.1",
                ["MAIL_FROM"] = "a@example.org",
                ["REPORT_TO"] = "a@example.org",
                ["OPS_MAIL_TO"] = "a@example.org",
                ["LOG"] = "file:/grafana.log",
            },
            null, []);
        await using var output = new StringWriter();
        var code = await ComplianceProgram.Create(_ => source).InvokeAsync(arguments, output, output);
        return (code, output.ToString());
    }
}
