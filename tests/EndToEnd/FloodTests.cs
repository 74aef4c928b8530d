using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Demo;
using Athena.Sandbox.Grafana;

namespace Athena.EndToEnd;

/// <summary>
/// Strangers by the thousand, with texts as long as Grafana's columns allow, 500 a second: whatever they are, the next one is locked, each
/// is remembered, and the daemon needs no more memory than its unit gives it.
/// </summary>
internal sealed class FloodTests
{
    private const string Mark = "flood";
    private const int PerSecond = 500;

    /// <summary>With a heap that would not hold a fraction of what they typed, were it kept or written as a whole.</summary>
    [Test]
    public async Task Two_thousand_hostile_accounts_fit_into_a_small_heap()
    {
        await using var lab = await Lab.OpenAsync(pollInterval: "5s");
        lab.Program.Settings["DOTNET_GCHeapHardLimit"] = "0x2800000"; // 40 MiB
        await PlayAsync(lab, 2000, approved: 1337);
    }

    /// <summary>
    /// Some minutes; <c>make soak</c>. <c>FLOOD_STRANGERS</c> says how many come: fifty thousand take a quarter of an hour.
    /// </summary>
    [Test, Category("Soak"), NonParallelizable]
    public async Task Thousands_of_hostile_accounts_fit_into_the_memory_of_the_unit()
    {
        var strangers = Environment.GetEnvironmentVariable("FLOOD_STRANGERS") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : 10_000;
        using var cage = MemoryCage.Make(256 * 1024 * 1024);
        await using var lab = await Lab.OpenAsync(pollInterval: "15s");
        lab.Program.ControlGroup = cage.Members;
        await PlayAsync(lab, strangers, approved: strangers * 5 / 8);
    }

    private static async Task PlayAsync(Lab lab, int count, int approved)
    {
        var daemon = await lab.StartDaemonAsync();
        using var flood = new Flood(lab.Grafana.Url, Mark);
        await flood.PlayAsync(0, count, PerSecond);
        Assert.That(flood.Accepted, Is.EqualTo(count));

        var began = Stopwatch.GetTimestamp();
        using var further = await lab.SignUpAsync("further@example.net");
        await lab.IsLockedAsync("further@example.net");
        await SayAsync($"a further stranger was locked {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms after the sign-up");

        List<Account> strangers =
        [
            .. lab.Grafana.Database.Users.Where(user => user.Login.StartsWith(Mark, StringComparison.Ordinal))
                .OrderBy(user => user.Login, StringComparer.Ordinal),
        ];
        Assert.That(strangers, Has.Count.EqualTo(count));
        var log = Path.Combine(lab.StateDirectory, "audit.jsonl");
        var patience = TimeSpan.FromMinutes(Math.Max(20, count / 500)); // A busy machine reads back some thirty a second.
        await Eventually.TrueAsync(() => strangers.TrueForAll(lab.IsLocked), "all are locked", Inside, patience);
        await Eventually.TrueAsync(() => Locked(log).Count > count, "all are in the audit as locked", Inside, patience);
        await SayAsync(
            $"all were locked and read back {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s after the last sign-up; the daemon's "
            + $"memory at its most {DaemonProgram.HighWater(daemon.Id)}");
        Assert.That(daemon.HasEnded, Is.False, "it never ended in between");
        Assert.That(Locked(log), Is.SupersetOf(strangers.Select(stranger => stranger.Uid)));

        // A power cut: what it knew is on disk.
        await daemon.KillAsync();
        began = Stopwatch.GetTimestamp();
        daemon = lab.RunDaemon();
        await daemon.IsGuardingAsync();
        await SayAsync(
            $"after kill -9 it guarded again {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s after its start; "
            + $"{DaemonProgram.HighWater(daemon.Id)}");
        var pending = await lab.Program.RunAsync("pending");
        Assert.That(
            strangers.Where(stranger => !pending.Output.Contains(stranger.Uid, StringComparison.Ordinal)).Select(stranger => stranger.Uid),
            Is.Empty,
            $"in pending, which says: {pending.Text[..Math.Min(500, pending.Text.Length)]}");

        var chosen = strangers[approved];
        var approval = await lab.Program.RunAsync("approve", $"uid:{chosen.Uid}", "--yes");
        Assert.That(approval.ExitCode, Is.Zero, approval.Text);
        await Eventually.TrueAsync(() => !chosen.IsDisabled, "the approved one is inside", lab.Story);
        using var last = await lab.SignUpAsync("last@example.net");
        await lab.IsLockedAsync("last@example.net");
        Assert.That(strangers.Where(stranger => !stranger.IsDisabled), Is.EqualTo(new[] { chosen }));
        Assert.That(daemon.HasEnded, Is.False, daemon.Output);

        string Inside() =>
            $"{strangers.Count(stranger => !lab.IsLocked(stranger))} are inside; {Locked(log).Count} in the audit; ended: "
            + $"{daemon.HasEnded}\n{lab.Story()[^Math.Min(3000, lab.Story().Length)..]}";
    }

    /// <summary>Of whom the audit says that they are locked.</summary>
    private static HashSet<string> Locked(string audit)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        using var file = new StreamReader(new FileStream(audit, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (file.ReadLine() is { } line)
        {
            if (!line.Contains("\"event\":\"locked\"", StringComparison.Ordinal) || !line.EndsWith('}')) continue;
            using var entry = JsonDocument.Parse(line);
            found.Add(entry.RootElement.GetProperty("case").GetString()!);
        }

        return found;
    }

    private static Task SayAsync(string text) => TestContext.Progress.WriteLineAsync(text);
}
