using System.Collections.Concurrent;
using Athena.EndToEnd.Harness;
using Athena.Sandbox;
using Athena.Sandbox.Journal;
using Athena.Tests.Shared;

namespace Athena.EndToEnd;

/// <summary>The daemon follows a real journal, of a journald of our own, to which the stand-in writes as a service does.</summary>
internal sealed class JournalTests
{
    [Test]
    public async Task A_sign_up_is_locked_by_way_of_the_journal()
    {
        using var journald = Need();
        await using var output = journald.Output();
        await using var lab = await OpenAsync(journald, output);
        var daemon = await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net"); // The list is looked at each ten minutes only.
        await lab.MailAsync("Locked, waiting for you: New Body <new@example.net>");
        Assert.That(daemon.Output, Does.Contain($"Following {journald.Source}"));
    }

    [Test]
    public async Task Whoever_enables_an_account_is_read_from_the_journal()
    {
        using var journald = Need();
        await using var output = journald.Output();
        await using var lab = await OpenAsync(journald, output);
        await lab.StartDaemonAsync();
        using var stranger = await lab.SignUpAsync("new@example.net", "New Body");
        await lab.IsLockedAsync("new@example.net");
        await lab.PressAsync("enable", lab.Account("new@example.net"));
        var mail = await lab.MailAsync("Approved: New Body");
        Assert.That(Lab.Read(mail), Does.Contain("lindiwe"));
    }

    [Test]
    public async Task While_the_journal_is_rotated_and_vacuumed_and_the_daemon_restarted_everybody_is_locked_and_the_gap_is_told()
    {
        using var journald = Need();
        await using var output = journald.Output();
        await using var lab = await OpenAsync(journald, output);
        var daemon = await lab.StartDaemonAsync();
        await using var crowd = new Crowd(lab);

        // Under the running daemon: what it holds open can be read to its end.
        await crowd.GrowsAsync(3);
        journald.Rotate();
        await crowd.GrowsAsync(3);
        journald.Rotate();
        journald.Vacuum();
        await crowd.GrowsAsync(3);

        // While it is away: the place up to which it read is gone, and so are the lines of those who came.
        await daemon.StopAsync();
        await crowd.GrowsAsync(3);
        journald.Rotate();
        journald.Vacuum();
        await crowd.GrowsAsync(3);
        daemon = lab.RunDaemon();
        await daemon.IsGuardingAsync();
        await crowd.GrowsAsync(3);

        // And cut off in the middle, with room made before it is back.
        await daemon.KillAsync();
        journald.Rotate();
        journald.Vacuum();
        await crowd.GrowsAsync(3);
        daemon = lab.RunDaemon();
        await daemon.IsGuardingAsync();
        await crowd.GrowsAsync(3);

        foreach (var email in await crowd.EndAsync()) await lab.IsLockedAsync(email);
        var status = await lab.Program.RunAsync("status", "--output", "json");
        var audit = string.Concat(Directory.EnumerateFiles(lab.StateDirectory, "audit*").Select(File.ReadAllText));
        var verified = await lab.Program.RunAsync("audit", "verify");
        Assert.Multiple(() =>
        {
            Assert.That(status.Output, Does.Match("\"lastLogGap\": ?\"20"));
            Assert.That(audit, Does.Contain("log-gap").And.Contain("removed to make room"));
            Assert.That(verified.ExitCode, Is.Zero, verified.Text);
            Assert.That(
                lab.Grafana.Database.Users.Where(u => u.Login.StartsWith("colleague", StringComparison.Ordinal) && u.IsDisabled), Is.Empty);
        });
    }

    private static PrivateJournald Need()
    {
        if (!PrivateJournald.TryStart("", out var journald, out var whyNot)) NotRun.Missing(whyNot);
        return journald!;
    }

    private static async Task<Lab> OpenAsync(PrivateJournald journald, Stream output)
    {
        var lab = await Lab.OpenAsync(new StandInOptions { Output = output });
        lab.Program.Settings["LOG"] = journald.Source;
        return lab;
    }

    /// <summary>People who sign up one after the other until it is enough.</summary>
    private sealed class Crowd : IAsyncDisposable
    {
        private readonly Lab lab;
        private readonly ConcurrentQueue<string> emails = new();
        private readonly CancellationTokenSource enough = new();
        private readonly Task coming;

        public Crowd(Lab lab)
        {
            this.lab = lab;
            coming = ComeAsync();
        }

        /// <summary>So many more have come.</summary>
        public async Task GrowsAsync(int by)
        {
            var wanted = emails.Count + by;
            await Eventually.TrueAsync(() => emails.Count >= wanted || coming.IsCompleted, "people sign up", lab.Story);
        }

        /// <summary>Nobody comes any more; who came.</summary>
        public async Task<IReadOnlyList<string>> EndAsync()
        {
            await enough.CancelAsync();
            await coming;
            return [.. emails];
        }

        public async ValueTask DisposeAsync()
        {
            await enough.CancelAsync();
            enough.Dispose();
        }

        private async Task ComeAsync()
        {
            for (var number = 1; !enough.IsCancellationRequested; number++)
            {
                var email = $"crowd{number}@example.net";
                (await lab.SignUpAsync(email)).Dispose();
                emails.Enqueue(email);
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
