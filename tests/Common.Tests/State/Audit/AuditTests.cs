using System.Diagnostics;
using System.Text.Json.Nodes;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.Common.Tests.State.Audit;

/// <summary>What a line of the audit holds, and who can read and check it.</summary>
internal sealed class AuditTests : AuditScenario
{
    [Test]
    public void A_line_tells_what_was_decided_and_when_with_the_servers_offset()
    {
        Write(Locked(1));

        var line = JsonNode.Parse(File.ReadAllText(Options.File))!;
        Assert.That((long)line["seq"]!, Is.EqualTo(1));
        Assert.That((string?)line["at"], Is.EqualTo("2026-11-21T10:00:00.000000+02:00"));
        Assert.That((string?)line["event"], Is.EqualTo("locked"));
        Assert.That((string?)line["case"], Is.EqualTo("uid1"));
        Assert.That((string?)line["facts"]!["login"], Is.EqualTo("login1"));
        Assert.That((string?)line["prev"], Is.EqualTo(new string('0', 64)));
        Assert.That(Verify().IsIntact);
    }

    [Test]
    public void Goes_on_where_it_was_after_a_restart()
    {
        Write(Locked(1), Locked(2));
        Write(Locked(3));

        Assert.That(AuditReader.Read(Options).Select(r => r.Seq), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(AuditReader.Read(Options, "uid2").Single().Facts!["login"], Is.EqualTo("login2"));
        Assert.That(
            Verify(), Has.Property(nameof(AuditVerification.Lines)).EqualTo(3).And.Property(nameof(AuditVerification.IsIntact)).True);
    }

    [Test]
    public void Files_are_for_their_owner_only()
    {
        Write(Locked(1));
        Time.Advance(TimeSpan.FromDays(91));
        Trim();

        Assert.That(Directory.GetFiles(Folder.Path), Has.Length.EqualTo(3));
        foreach (var file in Directory.EnumerateFiles(Folder.Path))
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
    }

    [Test]
    public void Hostile_text_stays_data()
    {
        Write(new AuditEntry("locked", "uid\n1", "v", new Dictionary<string, string>
        {
            ["login"] = "x\n{\"seq\":9}\u202E\"\\ é☃",
            ["long"] = new string('x', 100_000),
        }));

        Assert.That(File.ReadAllLines(Options.File), Has.Length.EqualTo(1));
        var record = AuditReader.Read(Options).Single();
        Assert.That(record.Facts!["login"], Is.EqualTo("x\\n{\"seq\":9}\\u202E\"\\ é☃"));
        Assert.That(record.Facts["long"], Has.Length.LessThan(5000).And.EndsWith("(cut)"));
        Assert.That(Verify().IsIntact);
    }

    [Test]
    public void The_hash_of_facts_that_are_gone_cannot_be_guessed()
    {
        Write(Locked(1), Locked(1));

        var (one, two) = (AuditReader.Read(Options).First(), AuditReader.Read(Options).Last());
        Assert.That(one.Facts, Is.EqualTo(two.Facts));
        Assert.That(one.FactsHash, Is.Not.EqualTo(two.FactsHash));
    }

    [Test]
    public void A_start_is_recorded_with_what_differs_from_the_one_before()
    {
        Start(("GRAFANA_URL", "http://127.0.0.1:3000"), ("GRAFANA_PASSWORD", "hunter2"));
        Start(("GRAFANA_URL", "http://127.0.0.1:3000"), ("GRAFANA_PASSWORD", "hunter3"));
        Start(("GRAFANA_URL", "https://grafana"), ("GRAFANA_PASSWORD", "hunter2"));

        var starts = AuditReader.Read(Options).ToList();
        Assert.That(
            starts.Select(s => s.Facts!["differs"]), Is.EqualTo(new[] { "", "", "GRAFANA_URL: http://127.0.0.1:3000 → https://grafana" }));
        Assert.That(starts[2].Verdict, Does.EndWith("1 differences"));
        Assert.That(starts[0].Facts!["runtime"], Does.StartWith(".NET"));
        foreach (var file in Directory.EnumerateFiles(Folder.Path))
            Assert.That(File.ReadAllText(file), Does.Not.Contain("hunter"));
    }

    [Test]
    public void An_auditor_needs_only_what_is_described_to_check_a_line()
    {
        Write(Locked(1), Locked(2));

        // A second program in another language, from the description in AuditRecord.
        const string Script = """
            import hashlib, json, sys
            sha = lambda *lines: hashlib.sha256("".join(l + "\n" for l in lines).encode()).hexdigest()
            prev = "0" * 64
            for text in open(sys.argv[1], encoding="utf-8"):
                r = json.loads(text)
                assert r["factsHash"] == sha(r["salt"], *[x for f in r["facts"].items() for x in f])
                assert r["prev"] == prev
                prev = sha(str(r["seq"]), r["at"], r["event"], r["case"], r["verdict"], r["factsHash"], r["prev"])
                assert r["hash"] == prev
            print(prev)
            """;
        using var python = Start("python3", "-c", Script, Options.File);
        if (python is null)
            NotRun.Missing("python3 is not installed, so the second reader could not be asked.");
        Assert.That(python.StandardOutput.ReadToEnd().Trim(), Is.EqualTo(Verify().Head.Hash));
    }

    private static Process? Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private void Start(params (string Key, string Value)[] settings)
    {
        var reader = new SettingsReader(new SettingsSource(settings.ToDictionary(s => s.Key, s => s.Value)));
        reader.Text("GRAFANA_URL", "…");
        reader.Secret("GRAFANA_PASSWORD", "…");
        using var log = AuditLog.Open(Options, Time, NullLogger<AuditLog>.Instance);
        StartRecord.Append(log, Options, reader.Registered);
    }
}
