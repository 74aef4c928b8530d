using System.Text;
using Athena.EndToEnd.Harness;
using Athena.Sandbox.Grafana;

namespace Athena.EndToEnd;

/// <summary>People sign up, an admin approves some, others by command, and all the while the daemon is killed and started again.</summary>
internal sealed class BusyHospital(Lab lab, Random random, int mostPeople)
{
    private readonly StringBuilder diary = new();
    private readonly List<Account> people = [];
    private readonly HashSet<Account> approved = [];
    private RunningDaemon? daemon;
    private int lives;

    /// <summary>
    /// Lives end by kill -9 at a moment that nobody chose: some before the daemon is up, some in the middle of a decision.
    /// </summary>
    public async Task PlayAsync(int kills)
    {
        for (lives = 0; lives < kills; lives++)
        {
            daemon = lab.RunDaemon();
            var kill = KillAfterAsync(daemon, whenItGuards: random.Next(3) > 0, TimeSpan.FromMilliseconds(random.Next(1200)));
            while (!kill.IsCompleted)
            {
                await HappenAsync();
                await Task.WhenAny(kill, Task.Delay(random.Next(200)));
            }

            await kill;
            if (random.Next(4) == 0) await HappenAsync(); // While nobody guards.
        }

        daemon = lab.RunDaemon();
        await daemon.IsGuardingAsync();
    }

    /// <summary>Waits until everything has been said, and then looks at every promise.</summary>
    public async Task CheckAsync()
    {
        // A digest collects for a minute, so the mails may take that long.
        foreach (var person in people)
        {
            await Eventually.TrueAsync(() => approved.Contains(person) ? !person.IsDisabled : lab.IsLocked(person),
                $"{person.Login} is {(approved.Contains(person) ? "enabled" : "locked")}", Story);
            foreach (var admin in new[] { Lab.FirstAdmin, Lab.SecondAdmin })
                await Eventually.TrueAsync(
                    () => MailsAbout(person, admin).Any(), $"{admin} hears of {person.Login}", Story, TimeSpan.FromSeconds(120));
        }

        foreach (var person in approved)
            await Eventually.TrueAsync(
                () => MailsAbout(person, Lab.FirstAdmin).Any(m => m.Subject.StartsWith("Approved", StringComparison.Ordinal)
                    || m.Subject.StartsWith("ENABLED", StringComparison.Ordinal)
                    || m.Subject.StartsWith("Decided", StringComparison.Ordinal)),
                    $"the admins hear that {person.Login} is approved", Story, TimeSpan.FromSeconds(120));
        var (code, _) = await daemon!.StopAsync();
        var verified = await lab.Program.RunAsync("audit", "verify");

        await TestContext.Progress.WriteLineAsync(
            $"{lives} kills, {people.Count} people, {approved.Count} approved, {lab.Mail.Mails.Count} mails");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero);
            Assert.That(verified.ExitCode, Is.Zero, verified.Text);
            Assert.That(approved.Where(p => p.IsDisabled).Select(p => p.Login), Is.Empty, "nobody approved is locked again\n" + Story());
            foreach (var person in people)
            {
                var questions = MailsAbout(person, Lab.FirstAdmin).Where(m => m.Subject.StartsWith("Locked", StringComparison.Ordinal));
                Assert.That(
                    questions.Select(m => m.MessageId).Distinct().Count(),
                    Is.LessThanOrEqualTo(1),
                    $"all copies of the question about {person.Login} are one mail\n" + Story());
            }

            Assert.That(
                lab.Grafana.Database.Users.Where(u => u.IsDisabled).Except(people).Select(u => u.Login),
                Is.EqualTo(new[] { "old.intern" }),
                "nobody of the baseline is touched");
        });
    }

    private static async Task KillAfterAsync(RunningDaemon daemon, bool whenItGuards, TimeSpan length)
    {
        // A command that found no daemon may hold the state for a moment: then systemd would start it again, as the next life does here.
        if (whenItGuards)
            await Eventually.TrueAsync(
                () => daemon.HasEnded || daemon.Said("First complete look done"), "it guards or may not", () => daemon.Output);
        if (daemon.HasEnded && !daemon.Said("in use by process"))
            throw new InvalidOperationException($"The daemon ended by itself:\n{daemon.Output}");
        await Task.Delay(length);
        await daemon.KillAsync();
    }

    private async Task HappenAsync()
    {
        // Every third is nobody's friend: they must stay locked through all of it.
        var waiting = people.Where(p => p.IsDisabled && !approved.Contains(p) && people.IndexOf(p) % 3 != 0).ToList();
        switch (random.Next(10))
        {
            case < 3 when people.Count < mostPeople && waiting.Count < 4:
                var email = $"new{people.Count + 1}@example.net";
                (await lab.SignUpAsync(email, $"New Body {people.Count + 1}")).Dispose();
                people.Add(lab.Account(email));
                Tell($"{email} signs up");
                break;
            case < 5 when waiting.Count > 0:
                var person = waiting[random.Next(waiting.Count)];
                approved.Add(person);
                await lab.PressAsync("enable", person);
                Tell($"{person.Login} is approved in Grafana");
                break;
            case 7 when waiting.Count > 0 && random.Next(5) == 0:
                await ApproveByCommandAsync(waiting[random.Next(waiting.Count)]);
                break;
            case 8:
                lab.Grafana.Faults.LoseAnswer("POST /api/admin/users/:id/disable");
                break;
        }
    }

    /// <summary>Counts only if the command said so: it may die with the daemon that it asks.</summary>
    private async Task ApproveByCommandAsync(Account person)
    {
        var result = await lab.Program.RunAsync("approve", $"uid:{person.Uid}", "--yes");
        Tell($"{person.Login} is approved by command: {result}");
        if (result.ExitCode == 0 || !person.IsDisabled) approved.Add(person);
    }

    private IEnumerable<Sandbox.Mail.CaughtMail> MailsAbout(Account person, string admin) =>
        lab.Mail.Mails.Where(m => m.To.Contains(admin) && m.Text.Contains($"uid:{person.Uid}", StringComparison.Ordinal));

    private void Tell(string what) => diary.Append($"life {lives}, {DateTimeOffset.UtcNow:HH:mm:ss.fff}: {what}\n");

    private string Story() => $"{diary}\n{lab.Story()}";
}
