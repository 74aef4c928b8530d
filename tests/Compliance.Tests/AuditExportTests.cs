using System.Diagnostics;
using Athena.Common.Settings;
using Athena.Compliance.CommandLine;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests;

/// <summary>What an auditor is given: the record without names, and a page of Python that finds whatever was done to it.</summary>
internal sealed class AuditExportTests
{
    private OldState old = null!;

    [SetUp]
    public void Copy() => old = new OldState("grafana-compliance");

    [TearDown]
    public void Remove() => old.Dispose();

    [Test]
    public async Task It_holds_every_entry_and_no_name_and_is_found_whole()
    {
        var export = await ExportAsync();
        var kept = await File.ReadAllLinesAsync(Path.Combine(old.Directory, "audit.jsonl"));
        Assert.That(export.Length, Is.EqualTo(kept.Length));
        Assert.That(kept, Has.Some.Contains("\"facts\""));
        Assert.That(export, Has.None.Contains("\"facts\":").And.None.Contains("salt"));
        var (code, said) = await VerifyAsync(export);
        Assert.That(code, Is.Zero, said);
        Assert.That(said, Does.Contain("Not one entry was changed").And.Match("2026-11 +[0-9]+  only-admins\n"));
    }

    [Test]
    public async Task A_report_s_line_and_hash_prove_that_it_is_the_record_of_then()
    {
        var export = await ExportAsync();
        var hash = export[4][(export[4].IndexOf("\"hash\":\"", StringComparison.Ordinal) + 8)..].Split('"')[0];
        Assert.That((await VerifyAsync(export, "5", hash)).Code, Is.Zero);
        Assert.That((await VerifyAsync(export, "6", hash)).Said, Does.Contain("entry 6 does not have the hash that the report names"));
        Assert.That((await VerifyAsync(export[..4], "5", hash)).Code, Is.EqualTo(1), "cut off before the report");
    }

    [TestCase("edited", "entry 3 was changed")]
    [TestCase("left out", "between entries 2 and 4 something was changed or is missing")]
    [TestCase("moved", "something was changed or is missing")]
    [TestCase("garbage", "line 3 of the file is no entry")]
    [TestCase("nothing", "there is no entry")]
    public async Task Whatever_was_done_to_it_is_said(string how, string said)
    {
        var export = (await ExportAsync()).ToList();
        switch (how)
        {
            case "edited":
                export[2] = export[2].Replace("only-admins", "in-use", StringComparison.Ordinal);
                break;
            case "left out":
                export.RemoveAt(2);
                break;
            case "moved":
                (export[2], export[3]) = (export[3], export[2]);
                break;
            case "garbage":
                export[2] = "{";
                break;
            case "nothing":
                export.Clear();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, null);
        }

        var (code, text) = await VerifyAsync([.. export]);
        Assert.That((code, text), Is.EqualTo((1, text)));
        Assert.That(text, Does.Contain(said).And.Contain("This is not what was written."));
    }

    private async Task<string[]> ExportAsync()
    {
        var source = new SettingsSource(
            new Dictionary<string, string> { ["STATE_DIR"] = old.Directory, ["CONTROL_DIR"] = old.Directory }, null, []);
        await using var output = new StringWriter();
        var code = await ComplianceProgram.Create(_ => source).InvokeAsync(["audit", "export"], output, output);
        Assert.That(code, Is.Zero, output.ToString());
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<(int Code, string Said)> VerifyAsync(string[] export, params string[] witness)
    {
        var file = Path.Combine(old.Directory, "export.jsonl");
        await File.WriteAllLinesAsync(file, export);
        var start = new ProcessStartInfo("python3", ["-I", Repository.PathOf("packaging/deb/verify-audit.py"), file, .. witness])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var python = Process.Start(start)!;
            var (said, wrong) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
            await python.WaitForExitAsync();
            return (python.ExitCode, await said + await wrong);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            NotRun.Missing("python3");
            throw;
        }
    }
}
