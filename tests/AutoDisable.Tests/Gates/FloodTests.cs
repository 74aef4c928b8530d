using System.Text;
using Athena.AutoDisable.Policy;
using Athena.AutoDisable.State;
using Athena.Common.Daemon.Control;
using Athena.Common.State;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.AutoDisable.Tests.Gates;

/// <summary>Very many sign-ups with texts as long as Grafana's columns allow, with the state on a real disk.</summary>
internal sealed class FloodTests : GateScenario
{
    private const int Many = 2500;
    private const int AtOnce = 200;

    private TemporaryDirectory folder = null!;
    private IStateStore<AutoDisableState> store = null!;
    private AutoDisableParts daemon = null!;

    private string Changes => folder[FileState<AutoDisableState>.ChangesName];

    private string Snapshot => folder[FileState<AutoDisableState>.FileName];

    [SetUp]
    public void MakeFolder()
    {
        folder = new TemporaryDirectory();
        Assert.That(AutoDisableState.In(folder.Path).TryCompact(Disk.Load(), out var problem), problem);
        Start();
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task Each_is_locked_and_remembered_and_the_last_costs_the_disk_no_more_than_the_first()
    {
        var first = await BytesOfAsync(1);
        for (var at = 1; at < Many; at += AtOnce) await BytesOfAsync(AtOnce);

        // What is said of them all is written down, too, and is not counted for the next.
        for (var minute = 0; minute < 120; minute++)
        {
            await SettleDaemonAsync();
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        var last = await BytesOfAsync(1);
        TestContext.Out.WriteLine(
            $"written for one lock: {first} bytes for the first, {last} for the one after {Many}; snapshot "
            + $"{new FileInfo(Snapshot).Length}");
        Assert.That(last, Is.LessThan(first * 2), "bytes written for one lock");

        var strangers = World.Users.Where(user => !user.IsBaseline).ToList();
        Assert.That(strangers.Where(user => !user.IsDisabled).Select(user => user.Login), Is.Empty);
        var audited = Disk.Audit.Where(entry => entry.Event == "locked").Select(entry => entry.Case).ToHashSet();
        Assert.That(strangers.Select(user => user.Uid).Where(uid => !audited.Contains(uid)), Is.Empty, "in the audit");

        // Of each the admins were told in a table, and no table names more than fit into a mail.
        var tables = Disk.Waiting.Values.Concat(Disk.Delivered).SelectMany(mail => mail.Attachments ?? [])
            .Select(table => Encoding.UTF8.GetString(table.Content).Split("\r\n")).ToList();
        var told = tables.SelectMany(lines => lines.Skip(1)).Select(line => line.Split(',')).Where(cells => cells.Length > 1)
            .Select(cells => cells[1].Trim('"')).ToHashSet();
        Assert.That(tables.Select(lines => lines.Length), Is.All.LessThan(NoticePolicy.MostInOneMail + 3)
            .And.Some.GreaterThan(NoticePolicy.MostInOneMail));

        // The process is killed: nothing is closed, nothing is written.
        Start();
        var pending = "";
        for (string? after = "", next; after is not null; after = next)
        {
            var part = await daemon.Commands.ExecuteAsync(
                new ControlRequest("pending", new Dictionary<string, string> { ["after"] = after }), CancellationToken.None);
            pending += part.Text;
            next = part.Next;
        }

        Assert.That(
            strangers.Select(user => user.Uid).Where(uid => !pending.Contains(uid, StringComparison.Ordinal)), Is.Empty, "in pending");
        Assert.That(
            strangers.Select(user => user.Uid).Skip(1).SkipLast(1).Where(uid => !told.Contains(uid)),
            Is.Empty,
            "in a digest; the first came by itself, and of the last nothing was said yet");
        var approved = strangers[1337];
        Assert.That((await AskAsync("approve", $"uid:{approved.Uid}")).ExitCode, Is.Zero);
        await SettleDaemonAsync();
        Assert.That(strangers.Where(user => !user.IsDisabled), Is.EqualTo(new[] { approved }));
    }

    [Test]
    public async Task What_they_typed_is_cut_where_it_is_remembered()
    {
        await BytesOfAsync(50);
        daemon.Memory.Compact(isQuiet: true);
        store.TryCompact(daemon.Memory.State, out _);
        var fifty = new FileInfo(Snapshot).Length;
        await BytesOfAsync(50);
        store.TryCompact(daemon.Memory.State, out _);
        Assert.That((new FileInfo(Snapshot).Length - fifty) / 50, Is.LessThan(1500), "bytes of the state for each");
    }

    private async Task<long> BytesOfAsync(int count)
    {
        var before = new FileInfo(Changes) is { Exists: true } file ? file.Length : 0;
        var from = World.Users.Count;
        for (var i = 0; i < count; i++) World.Add($"{from + i:d6}".PadRight(189, '<'), $"{from + i:d6}".PadRight(176, '<') + "@x.example");
        await SettleDaemonAsync();
        return new FileInfo(Changes) is { Exists: true } now ? now.Length - before : 0;
    }

    private async Task SettleDaemonAsync()
    {
        await daemon.Gate.LookAsync(CancellationToken.None);
        for (var turn = 0; turn < 2000 && (turn < 3 || daemon.Gate.IsLocking || daemon.Gate.IsExposing); turn++)
        {
            await daemon.Gate.WorkAsync(CancellationToken.None);
            Time.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    private void Start()
    {
        store = AutoDisableState.In(folder.Path);
        var state = ((StateLoad<AutoDisableState>.Loaded)store.Load()).Value;
        daemon = AutoDisableParts.Build(
            state, World, World.Table, store, Disk, Disk, Writer(), new AutoDisableOptions("http://127.0.0.1:3000"), Time,
            NullLoggerFactory.Instance);
    }

    private Task<ControlReply> AskAsync(string command, string who) =>
        daemon.Commands.ExecuteAsync(
            new ControlRequest(command, new Dictionary<string, string> { ["who"] = who, ["by"] = "root" }), CancellationToken.None);
}
