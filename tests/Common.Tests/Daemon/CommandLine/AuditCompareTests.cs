using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.Tests.State.AuditCopies;

namespace Athena.Common.Tests.Daemon.CommandLine;

/// <summary><c>audit compare</c> and the line of <c>check</c>, with a real PostgreSQL.</summary>
[SupportedOSPlatform("linux")]
internal sealed class AuditCompareTests : CopyScenario
{
    private static readonly WorkerIdentity Identity = new(Daemon, "test", "Tests what a daemon is.");

    [Test]
    public async Task Each_end_has_its_exit_code_and_says_where_both_are()
    {
        await MigrateAsync();
        Write(1, 3);
        var own = Installation.Open(Folder.Path, Time).Id;
        await CopyAsync(installation: own);
        var (code, said) = await RunAsync(AsRole, "audit", "compare");
        Assert.That(code, Is.EqualTo(ExitCode.Ok), said);
        Assert.That(said, Does.Match("^File and database are the same: 3 lines, head 3 [0-9a-f]{64} in the file; 3 lines, head 3 "));
        (code, said) = await RunAsync(AsRole, "check");
        Assert.That(code, Is.EqualTo(ExitCode.Ok), said);
        Assert.That(said, Does.Contain("Audit's copy: 127.0.0.1"));

        Write(4, 1);
        Assert.That((await RunAsync(AsRole, "audit", "compare")).Code, Is.EqualTo(ExitCode.Warnings));
        await Tables.RunAsync("UPDATE athena_audit.line SET event = 'approved' WHERE line = 2");
        (code, said) = await RunAsync(AsRole, "audit", "compare", "--output", "json");
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        var json = JsonNode.Parse(said)!;
        Assert.That(
            ((bool)json["same"]!, (long)json["differences"]!, (string)json["first"]!),
            Is.EqualTo((false, 1L, "Entry 2 was changed in the database: its content does not fit its hash.")));
    }

    [Test]
    public async Task What_cannot_be_compared_says_why_and_no_secret()
    {
        Write(1, 1);
        Assert.That((await RunAsync(null, "audit", "compare")).Code, Is.EqualTo(ExitCode.Configuration));
        var (code, said) = await RunAsync(AsRole, "audit", "compare");
        Assert.That(code, Is.EqualTo(ExitCode.Fault), said);
        Assert.That(said, Does.Contain("has no tables yet: sudo athena-workers audit-database migrate").And.Not.Contain(Password));
        (code, said) = await RunAsync(AsRole, "check");
        Assert.That(code, Is.EqualTo(ExitCode.Warnings), said);
        Assert.That(said, Does.Contain("has no tables yet").And.Contain("The audit's file is written as ever"));
        Assert.That((await RunAsync("nonsense", "check")).Said, Does.Contain("AUDIT_DATABASE cannot be read"));
    }

    [Test]
    public async Task A_role_that_could_change_lines_is_a_warning()
    {
        await MigrateAsync();
        await Tables.RunAsync($"GRANT DELETE ON athena_audit.fact TO {Role}");
        var (code, said) = await RunAsync(AsRole, "check");
        Assert.That(code, Is.EqualTo(ExitCode.Warnings));
        Assert.That(said, Does.Contain("may change lines that were copied"));
        await MigrateAsync();
        Assert.That((await RunAsync(AsRole, "check")).Code, Is.Zero, "migrate has taken it back");
    }

    private async Task<(int Code, string Said)> RunAsync(string? connection, params string[] args)
    {
        var output = new StringWriter();
        var environment = new Dictionary<string, string> { ["STATE_DIRECTORY"] = Folder.Path, ["RUNTIME_DIRECTORY"] = Folder.Path };
        if (connection is not null) environment["AUDIT_DATABASE"] = connection;
        var program = new WorkerProgram<string>(Identity, _ => "")
        {
            Compose = (_, _) => { },
            Once = (_, _, _) => Task.FromResult(ExitCode.Ok),
            Check = (context, _, report, cancel) => AuditDatabaseCheck.RunAsync(context, report, cancel),
            Source = daemon => new SettingsSource(environment, null, Folder[daemon], Folder["athena-workers"]),
        };
        var code = await program.InvokeAsync(args, output, output);
        return (code, output.ToString());
    }
}
