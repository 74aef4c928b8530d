using System.Text.Json.Nodes;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>grafana-active-users with <c>ACCESS_AUDIT=yes</c>: who did what is kept, over kill -9 too, and found by its commands.</summary>
internal sealed class AccessTests
{
    [Test]
    public async Task Who_opened_a_dashboard_and_who_changed_what_is_kept_over_kills_and_found_afterwards()
    {
        await using var lab = await PulseLab.OpenAsync();
        lab.Program.Settings["ACCESS_AUDIT"] = "yes";
        lab.Grafana.Database.SaveDashboard(new JsonObject { ["uid"] = "ward-occupancy", ["title"] = "Ward occupancy" });
        var daemon = lab.RunDaemon();
        await daemon.SaysAsync("has started");
        await lab.OpenDashboardAsync("naledi", "ward-occupancy");
        await AnswersAsync("naledi", "who-saw", "ward-occupancy", "--since", "1h");
        await daemon.KillAsync();
        lab.RunDaemon();
        await lab.AddDataSourceAsync("prometheus");
        await AnswersAsync("POST /api/datasources", "who-changed", "--kind", "data-sources");
        await AnswersAsync("naledi", "who-saw", "Ward Occupancy");
        var audit = await lab.Program.RunAsync("audit", "verify");
        Assert.That(audit.ExitCode, Is.Zero, audit.Text);

        // Somebody with an editor.
        var day = Directory.EnumerateFiles(Path.Combine(lab.StateDirectory, "access")).First(path => Has(path, "naledi"));
        await File.WriteAllTextAsync(day, (await File.ReadAllTextAsync(day)).Replace("naledi", "nobody", StringComparison.Ordinal));
        audit = await lab.Program.RunAsync("audit", "verify");
        Assert.That(audit.ExitCode, Is.EqualTo(1), audit.Text);
        Assert.That(audit.Text, Does.Contain("a row does not fit its hash"));

        Task AnswersAsync(string words, params string[] command)
        {
            var text = "";
            return Eventually.TrueAsync(
                async () => (text = (await lab.Program.RunAsync(command)).Text).Contains(words, StringComparison.Ordinal),
                $"{words} in the answer of {command[0]}", () => text + lab.Story);
        }
    }

    private static bool Has(string path, string word) => File.ReadAllText(path).Contains(word, StringComparison.Ordinal);
}
