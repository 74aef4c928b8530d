using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using Athena.Common.Tests.Notify;
using Athena.EndToEnd.Harness;

namespace Athena.EndToEnd;

/// <summary>
/// The reports on their whole way: through a mail server that other people wrote, under TLS and with a login, to a reader that other people
/// wrote.
/// </summary>
[Category("Interop")]
[SupportedOSPlatform("linux")]
internal sealed class ComplianceDeliveryTests
{
    [TestCase("starttls")]
    [TestCase("tls")]
    public async Task A_report_reaches_both_recipients_by_postfix_and_is_read_whole(string security)
    {
        using var authority = new TestAuthority();
        using var postfix = new PostfixServer(authority);
        await using var lab = await ComplianceLab.OpenAsync(hours: 1);
        var settings = lab.Program.Settings;
        (settings["SMTP_SECURITY"], settings["SMTP_PORT"]) = (security, $"{(security == "tls" ? postfix.TlsPort : postfix.Port)}");
        (settings["SMTP_USER"], settings["SMTP_PASSWORD"], settings["SMTP_CA_FILE"]) =
            (PostfixServer.User, PostfixServer.Password, authority.CaFile);
        (settings["REPORT_TO"], settings["REPORT_NOTE"]) =
            ("admin@hospital.example, second@hospital.example", "Agreed with “First2Lead” — für alle.");
        var daemon = lab.RunDaemon();
        string[] files = [(await postfix.ArrivedAsync("admin"))[0], (await postfix.ArrivedAsync("second"))[0]];
        var mails = files.Select(MailReading.Of).ToList();
        Assert.Multiple(() =>
        {
            foreach (var mail in mails)
            {
                Assert.That(mail.Defects, Is.Empty);
                Assert.That(mail.TreeOfTypes(), Is.EqualTo("multipart/alternative(text/plain, text/html)"));
                var late = mail.Header("Subject")!.EndsWith("(late)", StringComparison.Ordinal) ? " (late)" : "";
                Assert.That(mail.Header("Subject"), Is.EqualTo(string.Create(CultureInfo.InvariantCulture,
                    $"Athena compliance: only administrators active, {lab.LastEnd.AddHours(-1):d MMMM yyyy}, "
                    + $"{lab.LastEnd.AddHours(-1):HH:mm}–{lab.LastEnd:HH:mm} UTC{late}")));
                Assert.That(mail.Header("References"), Is.Not.Null.And.Not.Empty, "one thread a day");
                foreach (var part in mail.Leaves.Take(2)
                    .Select(leaf =>
                        WebUtility.HtmlDecode(leaf.GetProperty("content").GetString())!.Replace("\u200B", "", StringComparison.Ordinal)))
                    Assert.That(part, Does.Contain("Agreed with “First2Lead” — für alle.").And.Contain("ward-occupancy")
                        .And.Contain("1 administrator was active"));
            }

            Assert.That(mails[1].Header("Message-ID"), Is.EqualTo(mails[0].Header("Message-ID")).And.Not.Null);
            Assert.That(files.Select(file => new FileInfo(file).Length), Has.All.LessThanOrEqualTo(60 * 1024));
            Assert.That(daemon.Said(PostfixServer.Password), Is.False);
        });

        await daemon.SaysAsync("to second@hospital.example: accepted");
        var explained = await lab.Program.RunAsync("explain", lab.LastEnd.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture));
        Assert.That(
            explained.Output,
            Does.Match(@"to admin@hospital\.example: accepted by 127\.0\.0\.1:\d+ at \S+ \S+ \w+, 250 2\.0\.0 Ok: queued as \w+"),
            explained.ToString());
    }
}
