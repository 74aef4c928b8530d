using System.Text.Json;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>Everything that a real Grafana took for an e-mail, played against the daemon.</summary>
internal sealed class HostileAddressTests
{
    /// <summary>As a server with SMTPUTF8 is given it.</summary>
    private const string International = "ünï@exämple.org";

    /// <summary>The recorded sign-ups, in the order in which Grafana accepted them.</summary>
    private static IEnumerable<JsonElement> SignUps() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures/mail/accepted-emails.jsonl"))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Where(exchange => exchange.GetProperty("path").GetString() == "/api/user/signup/step2")
            .Select(exchange => exchange.GetProperty("body"));

    [Test]
    public async Task Every_recorded_sign_up_is_locked_and_no_junk_reaches_the_mail_server()
    {
        await using var lab = await Lab.OpenAsync();
        lab.Program.Settings["MAIL_APPLICANT"] = "received,approved,rejected";
        var daemon = await lab.StartDaemonAsync();
        var before = lab.Grafana.Database.Users.ToHashSet();
        foreach (var body in SignUps())
        {
            using var stranger = new Visitor(lab.Grafana);
            Assert.That((await stranger.AskAsync("POST", "/api/user/signup/step2", body)).Status, Is.EqualTo(200), body.ToString());
        }

        var strangers = lab.Grafana.Database.Users.Where(u => !before.Contains(u)).ToList();
        Assert.That(strangers, Has.Count.EqualTo(SignUps().Count()).And.Count.GreaterThan(18));
        foreach (var stranger in strangers)
            await Eventually.TrueAsync(() => lab.IsLocked(stranger), $"{stranger.Email} is locked", lab.Story);

        // The approval makes the daemon write to each of them whose address is one.
        foreach (var stranger in strangers) await lab.PressAsync("enable", stranger);
        foreach (var stranger in strangers)
            await Eventually.TrueAsync(
                () => daemon.Output.Split('\n')
                    .Any(line =>
                        line.Contains(" Approved ", StringComparison.Ordinal)
                            && line.Contains($"uid:{stranger.Uid},", StringComparison.Ordinal)),
                $"{stranger.Email} is approved",
                lab.Story);
        await lab.MailAsync(
            m => m.To.Contains("viewer3@example.net") && m.Subject.Contains("is approved", StringComparison.Ordinal),
            "to the plain address");
        await lab.MailAsync(m => m.To.Contains(International), "to the address in letters of its own, in a session of its own");
        await daemon.StopAsync();

        string[] plain =
        [
            .. strangers.Select(s => s.Email)
                .Where(e => e.Length < 60 && e.All(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '-') && e.Contains('@')),
        ];
        string[] junk = ["<", ">", " ", "\r", "\n", "\t", "\0", ",", "(", "\""];
        var recipients = lab.Mail.Mails.SelectMany(m => m.To).Distinct().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(recipients, Has.None.Matches<string>(to => junk.Any(to.Contains)));
            Assert.That(recipients, Does.Not.Contain("boss@example.org"));
            Assert.That(
                recipients.Except([Lab.FirstAdmin, Lab.SecondAdmin]).Except(plain),
                Is.EqualTo(new[] { International }),
                "only plain addresses besides the admins");
            Assert.That(lab.Mail.Mails.Select(m => m.From), Is.All.EqualTo("grafana@athena.example"));
            Assert.That(lab.Mail.Mails.SelectMany(m => m.Root.Headers).Select(h => h.Key), Has.None.EqualTo("Bcc"));
        });
    }
}
