using System.Formats.Tar;
using System.IO.Compression;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.State.Backups;

namespace Athena.Common.Tests.State.Backups;

/// <summary>A backup put back: into nothing, in the place of something, and not at all.</summary>
internal sealed class RestoreTests : BackupScenario
{
    [Test]
    public async Task Into_nothing_it_brings_back_what_was()
    {
        await BackUpAsync();
        Directory.Delete(State, recursive: true);
        Time.Advance(TimeSpan.FromHours(5));
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.Multiple(() =>
        {
            Assert.That(LoadState()!.Accounts, Is.EqualTo(new[] { "one", "two" }));
            Assert.That(System.IO.File.ReadAllText(Path.Combine(State, "outbox", "0a1b.json")), Is.EqualTo("{\"key\":\"a mail\"}"));
            Assert.That(System.IO.File.GetUnixFileMode(State), Is.EqualTo(PrivateFile.DirectoryMode));
            foreach (var path in Directory.EnumerateFiles(State, "*", SearchOption.AllDirectories))
                Assert.That(System.IO.File.GetUnixFileMode(path), Is.EqualTo(PrivateFile.Mode), path);
            Assert.That(
                Directory.EnumerateDirectories(State).Select(Path.GetFileName),
                Is.EquivalentTo(new[] { "outbox", "evidence" }),
                "nothing is left of the work");
            Assert.That(Output.ToString(), Does.Contain("5 hours ago").And.Contain("sudo grafana-test check")
                .And.Contain("sudo grafana-test activate"));
        });
    }

    [Test]
    public async Task The_audit_goes_on_and_tells_of_it()
    {
        await BackUpAsync();
        Directory.Delete(State, recursive: true);
        Time.Advance(TimeSpan.FromHours(5));
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        var last = AuditReader.Read(Audit).Last();
        Assert.That((AuditVerifier.Verify(Audit).IsIntact, last.Seq, last.Event), Is.EqualTo((true, 3L, RestoreCommand.Event)));
        Assert.That(last.Verdict, Is.EqualTo(
            "restored from a backup of 2026-11-21T08:00:00+00:00; what was decided between then and now is not in this audit"));
        Assert.That(last.Facts!["madeOn"], Is.EqualTo(System.Environment.MachineName));
    }

    [Test]
    public async Task A_link_that_leads_nowhere_is_followed_as_systemd_made_it()
    {
        await BackUpAsync();
        Directory.Delete(State, recursive: true);
        Directory.CreateDirectory(Folder["private"]);
        Directory.CreateSymbolicLink(State, Path.Combine("private", "state"));
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(LoadState(), Is.Not.Null);
        Assert.That(new DirectoryInfo(State).LinkTarget, Is.EqualTo("private/state"));
    }

    [Test]
    public async Task While_the_daemon_runs_it_is_refused_with_the_command_that_stops_it()
    {
        await BackUpAsync();
        using (StateLock.TryTake(State, out _)) Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Fault));
        Assert.That(Error.ToString(), Does.Contain("sudo systemctl stop grafana-test"));
    }

    [Test]
    public async Task A_memory_that_is_there_is_replaced_only_when_asked_and_kept()
    {
        await BackUpAsync();
        Store.TryCompact(new HourProcessor(2, ["three"]), out _);
        var before = Everything();
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Fault));
        Assert.That(Everything(), Is.EqualTo(before));

        Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Ok), Error.ToString());
        var kept = Path.Combine(State, "before-restore-20261121T080000Z");
        Assert.Multiple(() =>
        {
            Assert.That(LoadState()!.Accounts, Is.EqualTo(new[] { "one", "two" }));
            Assert.That(
                (new FileState<HourProcessor>(kept, LedgerJson.Default.HourProcessor, 3).Load() as StateLoad<HourProcessor>.Loaded)!
                    .Value.Accounts,
                Is.EqualTo(new[] { "three" }));
            Assert.That(AuditVerifier.Verify(Audit with { Directory = kept }).IsIntact, Is.True);
            Assert.That(Output.ToString(), Does.Contain("is kept in " + kept));
            Assert.That(System.IO.File.Exists(Path.Combine(State, "grafana-session.json")), Is.True, "the session goes on being good");
        });
    }

    [Test]
    public async Task What_a_failed_first_start_left_is_no_memory()
    {
        await BackUpAsync();
        Directory.Delete(State, recursive: true);
        Directory.CreateDirectory(Path.Combine(State, "outbox"));
        System.IO.File.WriteAllText(Path.Combine(State, "audit.jsonl"), "");
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
    }

    [Test]
    public async Task A_backup_of_another_daemon_is_refused()
    {
        await BackUpAsync();
        var entries = Entries(File);
        var manifest = BackupManifest.Read(entries[0].Content)! with { Daemon = "grafana-other" };
        Pack(
        [
            .. entries.Select((e, i) =>
                (e.Name.Replace("grafana-test/", "grafana-other/", StringComparison.Ordinal), i == 0 ? manifest.ToJson() : e.Content)),
        ]);
        await RefusedAsync("a backup of grafana-other, not of grafana-test");
    }

    [Test]
    public async Task A_state_of_a_newer_version_is_refused()
    {
        new FileState<HourProcessor>(State, LedgerJson.Default.HourProcessor, format: 4).TryCompact(new HourProcessor(1, []), out _);
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        await RefusedAsync("it has format 4, this version knows formats up to 3. Install the newer version");
    }

    [Test]
    public async Task An_archive_of_a_newer_form_is_refused()
    {
        await BackUpAsync();
        var entries = Entries(File);
        entries[0] = (entries[0].Name, (BackupManifest.Read(entries[0].Content)! with { Format = 2, Version = "9.1" }).ToJson());
        Pack(entries);
        await RefusedAsync("was made by grafana-test 9.1 in a form that this version");
    }

    [Test]
    public async Task An_audit_that_was_changed_is_refused_unless_that_is_accepted()
    {
        var path = Path.Combine(State, "audit.jsonl");
        System.IO.File.WriteAllText(path, System.IO.File.ReadAllText(path).Replace("\"one\"", "\"six\"", StringComparison.Ordinal));
        Assert.That(await InvokeAsync("backup", File), Is.EqualTo(ExitCode.Warnings));
        await RefusedAsync("audit.jsonl line 1, entry 1, was changed");

        Directory.Delete(State, recursive: true);
        Assert.That(await InvokeAsync("restore", File, "--damaged-audit"), Is.EqualTo(ExitCode.Ok));
        Assert.That(AuditVerifier.Verify(Audit).IsIntact, Is.False);
    }

    [Test]
    public async Task Each_single_changed_byte_of_the_archive_is_noticed()
    {
        await BackUpAsync();
        var whole = System.IO.File.ReadAllBytes(File);
        Directory.Delete(State, recursive: true);
        var random = new Random(1);
        for (var i = 0; i < 150; i++)
        {
            // The header of gzip (time, system) and its flags say nothing about the content.
            var at = 10 + random.Next(whole.Length - 10);
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= (byte)(1 << random.Next(8));
            System.IO.File.WriteAllBytes(File, damaged);
            Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Fault), $"byte {at}: {Output}");
            Assert.That(LoadState(), Is.Null);
        }
    }

    [Test]
    public async Task Cut_off_anywhere_it_is_refused()
    {
        await BackUpAsync();
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length < whole.Length; length += 97)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Fault), $"{length} bytes");
        }

        Assert.That(Directory.EnumerateDirectories(State).Select(Path.GetFileName), Is.EquivalentTo(new[] { "outbox", "evidence" }));
    }

    [Test]
    public async Task Settings_that_differ_and_secrets_that_are_missing_are_named()
    {
        Environment["REPORT_HOURS"] = "07-17";
        await BackUpAsync();
        Directory.Delete(State, recursive: true);
        Environment.Remove("REPORT_HOURS");
        Environment.Remove("SMTP_PASSWORD");
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Ok), Error.ToString());
        Assert.That(Output.ToString(), Does.Contain("REPORT_HOURS: 07-17 → (none)")
            .And.Contain("Secrets that were set then and are not now: SMTP_PASSWORD"));
    }

    /// <summary>
    /// The new memory is all there or the old one is, whatever moment the power goes at; the next to come ends what was begun.
    /// </summary>
    [Test]
    public async Task A_crash_at_any_step_leaves_the_old_memory_or_the_new_one()
    {
        await BackUpAsync();
        var steps = await StepsAsync();
        Assert.That(steps, Has.Count.GreaterThan(12));
        for (var crashAt = 0; crashAt < steps.Count; crashAt++)
        {
            Prepare();
            var count = 0;
            Restoration.AfterStep.Value = _ =>
            {
                if (count++ == crashAt) throw new IOException("the power went");
            };
            Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Fault));
            Restoration.AfterStep.Value = null;

            using (StateDirectory.Take(State, "grafana-test")) { } // As the daemon's start does.
            var isNew = crashAt > 0; // Step 0 is before the decision.
            Assert.Multiple(() =>
            {
                Assert.That(LoadState()!.Accounts, Is.EqualTo(isNew ? new[] { "one", "two" } : ["three"]), steps[crashAt]);
                Assert.That(AuditVerifier.Verify(Audit).IsIntact, Is.True, steps[crashAt]);
                Assert.That(Directory.EnumerateDirectories(State, "restore.*"), Is.Empty, steps[crashAt]);
                if (!isNew) return;
                var kept = Directory.EnumerateDirectories(State, "before-restore-*").Single();
                Assert.That(
                    (new FileState<HourProcessor>(kept, LedgerJson.Default.HourProcessor, 3).Load() as StateLoad<HourProcessor>.Loaded)!
                        .Value.Accounts,
                    Is.EqualTo(new[] { "three" }),
                    steps[crashAt]);
                Assert.That(AuditReader.Read(Audit).Count(record => record.Event == RestoreCommand.Event), Is.EqualTo(1));
            });
        }

        async Task<List<string>> StepsAsync()
        {
            List<string> names = [];
            Prepare();
            Restoration.AfterStep.Value = names.Add;
            Assert.That(await InvokeAsync("restore", File, "--replace"), Is.EqualTo(ExitCode.Ok), Error.ToString());
            Restoration.AfterStep.Value = null;
            return names;
        }

        void Prepare()
        {
            Directory.Delete(State, recursive: true);
            Work(State, "three");
        }
    }

    [Test]
    public async Task A_program_is_told_the_same_as_a_person()
    {
        await BackUpAsync();
        Environment.Remove("SMTP_PASSWORD");
        Environment["REPORT_HOURS"] = "07-17";
        var adopt = Adopting;
        Adopting = memory =>
        {
            adopt(memory);
            memory.Say("Who was approved.");
        };

        Output.GetStringBuilder().Clear();
        Assert.That(await InvokeAsync("restore", File, "--replace", "--output", "json"), Is.EqualTo(ExitCode.Ok), Error.ToString());
        var told = System.Text.Json.Nodes.JsonNode.Parse(Output.ToString())!;
        Assert.Multiple(() =>
        {
            Assert.That(told["backupAt"]!.GetValue<DateTimeOffset>(), Is.EqualTo(Time.GetUtcNow()));
            Assert.That(told["keptIn"]!.GetValue<string>(), Is.EqualTo(Path.Combine(State, "before-restore-20261121T080000Z")));
            Assert.That(told["notKnown"]!.AsArray().Single()!.GetValue<string>(), Is.EqualTo("Who was approved."));
            Assert.That(told["secretsMissing"]!.AsArray().Single()!.GetValue<string>(), Is.EqualTo("SMTP_PASSWORD"));
            Assert.That(told["settingsThatDiffer"]!.AsArray().Single()!.GetValue<string>(), Does.Contain("07-17"));
            Assert.That(told["auditIntact"]!.GetValue<bool>(), Is.True);
        });
    }

    private async Task RefusedAsync(string why)
    {
        Directory.Delete(State, recursive: true);
        Assert.That(await InvokeAsync("restore", File), Is.EqualTo(ExitCode.Fault));
        Assert.That(Error.ToString(), Does.Contain(why));
        Assert.That(LoadState(), Is.Null);
    }

    private void Pack(List<(string Name, byte[] Content)> entries)
    {
        using var file = System.IO.File.Create(File);
        using var packed = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(packed, TarEntryFormat.Ustar);
        foreach (var (name, content) in entries)
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
    }
}
