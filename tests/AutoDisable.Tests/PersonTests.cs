using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Athena.AutoDisable.CommandLine;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Decisions;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.AutoDisable.Tests;

/// <summary><c>person</c>: what is kept of somebody is shown and taken out, and of nobody else.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PersonTests
{
    private const string Name = "Naledi Dlamini";
    private const string Login = "naledi.d";
    private const string Email = "naledi.d@example.net";
    private const string Namesake = "second.naledi@example.net";

    private static readonly DateTimeOffset At = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The name alone is the namesake's as well.</summary>
    private static readonly string[] Traces = [Login, Email, $"{Name} waits", $"{Name} could", "196.1.2.3"];

    private TemporaryDirectory folder = null!;

    private AuditOptions Audit => new(folder.Path, TimeSpan.FromDays(36_500), TimeSpan.FromDays(36_500));

    [SetUp]
    public void SomebodyIsKept()
    {
        folder = new TemporaryDirectory();
        WriteState(AccountStatus.Admitted);
        WriteMail("locked/aaa/1", $"{Name} waits", $"{Name} <naledi.d@\u200Bexample.\u200Bnet> signed up", "admin@example.net");
        WriteMail("approved-told/aaa/2", "You may sign in", "Welcome", Email);
        WriteMail("locked/bbb/1", "Somebody else waits", $"{Name} <{Namesake}> signed up", "admin@example.net");
        using (var log = AuditLog.Open(Audit, TimeProvider.System, NullLogger<AuditLog>.Instance))
        {
            foreach (var (account, id, email) in (ReadOnlySpan<(string, string, string)>)[("aaa", "5", Email), ("bbb", "6", Namesake)])
                log.Append(new AuditEntry("locked", account, "locked", new Dictionary<string, string>
                {
                    ["login"] = email.Split('@')[0],
                    ["email"] = email,
                    ["name"] = Name,
                    ["id"] = id,
                }));
            log.Append(new AuditEntry("approved", "ccc", "approved", new Dictionary<string, string> { ["by"] = Login, ["id"] = "7" }));
            log.Append(new AuditEntry("trouble", "Mail", "began: Mail", new Dictionary<string, string> { ["detail"] = "no route" }));
        }

        var decisions = DecisionBookState.MakeIn(folder.Path);
        var book = new DecisionBookState
        {
            Links =
            [
                new("hash", DecisionChoice.Approve, "bbb", At, Email, At), new("other", DecisionChoice.Approve, "bbb", At, "a@b.c", At),
            ],
            Pins = [new(Email, "$argon2id$")],
            Tries = [new(Email, "bbb", At, At)],
        };
        Assert.That(decisions.TryCompact(book, out var problem), Is.True, problem);
        Assert.That(Found(), Is.Not.Empty);
    }

    [TearDown]
    public void Close() => folder.Dispose();

    [TestCase("uid:aaa")]
    [TestCase("id:5")]
    [TestCase("login:" + Login)]
    [TestCase("email:" + Email)]
    [TestCase(Login)]
    public async Task Erased_is_erased_everywhere_and_the_namesake_stays_whole(string who)
    {
        var (code, said) = await RunAsync("person", who, "--erase", "--yes");
        Assert.That(code, Is.Zero, said);
        Assert.That(said, Does.StartWith("Erased in grafana-auto-disable: state").And.Not.Contain("Still named"));
        Assert.That(Found(), Is.Empty);
        Assert.Multiple(() =>
        {
            Assert.That(AuditVerifier.Verify(Audit).Problems, Is.Empty);
            Assert.That(
                AuditReader.Read(Audit).Select(record => (record.Case, record.Event, record.Facts is null)),
                Is.EqualTo(new[]
                {
                    ("aaa", "locked", true), ("bbb", "locked", false), ("ccc", "approved", true), ("Mail", "trouble", false),
                    ("aaa", "person-erased", false),
                }));
            Assert.That(PersonOf("bbb"), Is.EqualTo(new Person("second", Namesake, Name)));
            Assert.That(PersonOf("aaa").IsForgotten, Is.True);
            Assert.That(Mail("locked/bbb/1")["mail"]!["text"]!.GetValue<string>(), Does.Contain(Namesake));
            Assert.That(Mail("locked/aaa/1")["recipients"]![0]!["status"]!.GetValue<string>(), Is.EqualTo("Withdrawn"));
            Assert.That(Decisions().Links.Select(link => link.Hash), Is.EqualTo(new[] { "other" }));
            Assert.That(Decisions().Pins, Is.Empty);
        });
    }

    [Test]
    public async Task Cut_off_in_the_middle_it_is_ended_by_the_same_command()
    {
        Directory.CreateDirectory(folder["audit.jsonl.tmp"]); // The disk refuses the last part.
        Assert.That((await RunAsync("person", Login, "--erase", "--yes")).Code, Is.EqualTo(ExitCode.Fault));
        Assert.That(PersonOf("aaa").IsForgotten, Is.True, "a part of it is done");
        Directory.Delete(folder["audit.jsonl.tmp"]);

        var (code, said) = await RunAsync("person", "bbb", "--erase", "--yes");
        Assert.That((code, said), Is.EqualTo((ExitCode.Fault, "grafana-auto-disable: An erasure of uid:aaa was cut off. End it first: sudo "
            + "grafana-auto-disable person uid:aaa --erase\n")));
        Assert.That((await RunAsync("person", Login, "--erase", "--yes")).Code, Is.Zero);
        Assert.That(Found(), Is.Empty);
        Assert.That(AuditVerifier.Verify(Audit).Problems, Is.Empty);
        Assert.That(File.Exists(folder["erasing.json"]), Is.False);
    }

    [Test]
    public async Task What_is_kept_is_shown_whole_and_nobody_elses()
    {
        var (code, said) = await RunAsync("person", Email, "--output", "json");
        Assert.That(code, Is.Zero, said);
        var kept = JsonNode.Parse(said)!["kept"]!;
        Assert.Multiple(() =>
        {
            Assert.That(kept["state"]!.ToJsonString(), Does.Contain(Email).And.Contain("196.1.2.3").And.Not.Contain(Namesake));
            Assert.That(kept["audit"]!.AsArray().Select(entry => (int)entry!["seq"]!), Is.EqualTo(new[] { 1, 3 }));
            Assert.That(kept["messages"]!.AsArray().Select(mail => (string)mail!["key"]!), Is.EquivalentTo(new[]
            {
                "locked/aaa/1", "approved-told/aaa/2",
            }));
            Assert.That(kept["decisions"]!.AsArray(), Has.Count.EqualTo(3));
            Assert.That(JsonNode.Parse(said)!["remark"]!.GetValue<string>(), Does.Contain("reject uid:aaa --delete"));
        });
    }

    [TestCase(AccountStatus.Locked)]
    [TestCase(AccountStatus.Locking)]
    [TestCase(AccountStatus.AtDoor)]
    public async Task Who_waits_is_decided_about_first(AccountStatus status)
    {
        WriteState(status);
        var (code, said) = await RunAsync("person", "uid:aaa", "--erase", "--yes");
        Assert.That(code, Is.EqualTo(ExitCode.Fault));
        Assert.That(
            said, Does.Contain("uid:aaa still waits for a decision. Decide first: sudo grafana-auto-disable reject uid:aaa --delete"));
        Assert.That(Found(), Is.Not.Empty);
    }

    [Test]
    public async Task While_the_daemon_runs_it_is_refused_and_looked_at()
    {
        using var running = StateLock.TryTake(folder.Path, out _);
        const string Refusal =
            "grafana-auto-disable runs, and would write it again. Stop it first: sudo systemctl stop grafana-auto-disable";
        Assert.That(
            await RunAsync("person", "uid:aaa", "--erase", "--yes"), Is.EqualTo((ExitCode.Fault, $"grafana-auto-disable: {Refusal}\n")));
        var (code, said) = await RunAsync("person", "uid:aaa");
        Assert.That(code, Is.Zero);
        Assert.That(said, Does.Contain("audit      2 records").And.Contain(Refusal));
    }

    [Test]
    public async Task Nothing_is_done_by_a_trial_nor_where_nobody_can_be_asked()
    {
        var before = Found();
        Assert.That((await RunAsync("person", "uid:aaa", "--erase", "--dry-run")).Said, Does.EndWith("Nothing was changed.\n"));
        Assert.That((await RunAsync("person", "uid:aaa", "--erase")).Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(Found(), Is.EqualTo(before));
    }

    [Test]
    public async Task Of_somebody_unknown_it_says_so()
    {
        var (code, said) = await RunAsync("person", "uid:zzz", "--erase", "--yes");
        Assert.That((code, said), Is.EqualTo(
            (ExitCode.Fault, "grafana-auto-disable keeps nothing of uid:zzz. Names are kept for AUDIT_KEEP, uids longer.\n")));
    }

    [Test]
    public async Task What_a_restore_put_aside_is_named_and_left()
    {
        Directory.CreateDirectory(folder["before-restore-20261120T090000Z"]);
        await File.WriteAllTextAsync(folder["before-restore-20261120T090000Z/state.json"], Email);
        var (_, said) = await RunAsync("person", "uid:aaa", "--erase", "--yes");
        Assert.That(said, Does.Contain($"sudo rm -r {folder["before-restore-20261120T090000Z"]}").And.Not.Contain("Still named"));
    }

    private void WriteState(AccountStatus status)
    {
        var state = new AutoDisableState { GrafanaUrl = "http://127.0.0.1:3000/", BaselineAt = At, LastCompleteLook = At };
        foreach (var (uid, id, person) in (ReadOnlySpan<(string, long, Person)>)
            [("aaa", 5, new Person(Login, Email, Name)), ("bbb", 6, new Person("second", Namesake, Name))])
            state.Accounts.Add(new Account
            {
                Uid = uid,
                Id = id,
                Status = uid == "aaa" ? status : AccountStatus.Locked,
                Case = new LockCase
                {
                    OpenedAt = At,
                    Person = person,
                    Arrival = new Arrival(ArrivalKind.SignUpForm, At, null, uid == "aaa" ? "196.1.2.3" : "196.9.9.9"),
                    Problem = uid == "aaa" ? $"{Name} could not be locked" : null,
                },
                Decision = uid == "bbb" ? new Decision(At, Login, $"asked {Email}") : null,
            });
        state.AdminDisables.Add(new AdminDisable("ccc", At, Login));
        Assert.That(AutoDisableState.In(folder.Path).TryCompact(state, out var problem), Is.True, problem);
    }

    private void WriteMail(string key, string subject, string text, string to)
    {
        Directory.CreateDirectory(folder["outbox"]);
        File.WriteAllText(MailPath(key), new JsonObject
        {
            ["format"] = 1,
            ["key"] = key,
            ["putAt"] = At,
            ["mail"] = new JsonObject
            {
                ["key"] = key,
                ["recipients"] = new JsonArray(to),
                ["subject"] = subject,
                ["text"] = text,
                ["html"] = null,
            },
            ["recipients"] = new JsonArray(new JsonObject
            {
                ["address"] = to,
                ["status"] = "Waiting",
                ["attempts"] = 0,
                ["nextAttempt"] = At,
                ["settledAt"] = null,
                ["detail"] = null,
            }),
            ["finishedAt"] = null,
        }.ToJsonString());
    }

    private JsonNode Mail(string key) => JsonNode.Parse(File.ReadAllText(MailPath(key)))!;

    private string MailPath(string key) => Path.Combine(
        folder["outbox"], Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16)) + ".json");

    private Person PersonOf(string uid) => ((StateLoad<AutoDisableState>.Loaded)AutoDisableState.In(folder.Path).Load()).Value.Accounts
        .Single(account => account.Uid == uid).Case!.Person;

    private DecisionBookState Decisions() => ((StateLoad<DecisionBookState>.Loaded)DecisionBookState.In(folder.Path).Load()).Value;

    /// <summary>What a search finds that does not know our formats.</summary>
    private List<string> Found() =>
    [
        .. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("before-restore-", StringComparison.Ordinal))
            .SelectMany(path => Traces
                .Where(trace => File.ReadAllText(path).Replace("\u200B", "").Contains(trace, StringComparison.OrdinalIgnoreCase))
                .Select(trace => $"{Path.GetFileName(path)}: {trace}")),
    ];

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var source = new SettingsSource(
            new Dictionary<string, string> { ["STATE_DIR"] = folder.Path, ["CONTROL_DIR"] = folder.Path }, null, []);
        await using var output = new StringWriter();
        var code = await AutoDisableProgram.Create(_ => source).InvokeAsync(arguments, output, output);
        return (code, output.ToString());
    }
}
