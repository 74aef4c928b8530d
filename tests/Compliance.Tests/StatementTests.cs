using System.Diagnostics;
using System.Text;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Common.Text;
using Athena.Compliance.Hourly;
using Athena.Compliance.State;
using Athena.Compliance.Summaries;
using Athena.Compliance.Tests.Mails;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Athena.Compliance.Tests;

/// <summary>The mail about a month, from which alone an auditor can check it.</summary>
internal sealed class StatementTests
{
    /// <summary>What an auditor does: takes the files out of the mail into one folder, and runs the command that the mail shows.</summary>
    private const string Auditor = """
        import email, email.policy, pathlib, re, subprocess, sys
        mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
        for part in mail.iter_attachments():
            pathlib.Path(part.get_filename()).write_bytes(part.get_payload(decode=True))
        text = mail.get_body(("plain",)).get_content()
        command = " ".join(re.search("python3 verify-audit[^#]*?[0-9a-f]{64}", text).group().split())
        for spoil in sys.argv[1:]:
            path = pathlib.Path("audit-2026-11.jsonl")
            lines = path.read_text().splitlines(keepends=True)
            path.write_text("".join(line for line in lines if spoil not in line))
        sys.exit(subprocess.run(command.split(), check=False).returncode)
        """;

    private static readonly DateTimeOffset December = new(2026, 12, 1, 6, 0, 0, TimeSpan.FromHours(2));

    private TemporaryDirectory folder = null!;

    [SetUp]
    public void NothingIsThere() => folder = new TemporaryDirectory();

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task Its_attachments_alone_prove_the_month()
    {
        var mail = Statement();
        Assert.That(Names(mail), Is.EqualTo(new[] { "audit-2026-11.jsonl", "verify-audit.txt" }));
        Assert.That(Encoding.UTF8.GetString(mail.Attachments![0].Content), Does.Not.Contain("thandi").And.Not.Contain("2026-10-31"));
        Assert.That(mail.Text, Does.Match(@"Mon 2 Nov: 1:\u00A0AC-2026-11-02T0600\+0200, 2:\u00A0AC-2026-11-02T0700\+0200\nTue 3 Nov: 3:\u00A0AC-"));

        var (code, said) = await AuditAsync(mail);
        Assert.That((code, said), Is.EqualTo((0, said)));
        Assert.That(said, Does.Contain("2026-11      3  only-admins\n").And.Contain("2026-11      1  in-use\n")
            .And.Contain("2026-11  reports 1 to 3\n").And.Match("Not one entry was changed, from entry 2 to 5, [0-9a-f]{64}\n"));
    }

    [Test]
    public async Task Whatever_was_taken_out_of_it_is_said()
    {
        var (code, said) = await AuditAsync(Statement(), "report 2 of 2026-11");
        Assert.That((code, said), Is.EqualTo((1, said)));
        Assert.That(said, Does.Contain("between entries 2 and 4 something was changed or is missing")
            .And.Contain("report 2 of 2026-11 is missing").And.Contain("This is not what was written."));
    }

    [Test]
    public void A_report_that_the_audit_lacks_is_told_of_in_the_mail()
    {
        Assert.That(Flat(Statement()), Does.Not.Contain("Missing"));
        Assert.That(Flat(Statement(left: 2)), Does.Contain("Missing from the audit: report 2 of November 2026."));
    }

    [Test]
    public void What_is_too_long_for_a_mail_is_not_attached_and_the_mail_says_how_to_get_it()
    {
        var records = Enumerable.Range(1, 6000).Select(seq => new AuditRecord(
            seq, "2026-11-02T10:00:00+02:00", "mail", "x", new string('v', 1000), null, null, "", "", ""));
        var record = AuditAttachment.Of(
            records, new DateOnly(2026, 11, 1), December.AddMonths(-1), new AuditAnchor(5999, new string('0', 64)));
        Assert.That((record.Content, record.Bytes > 6_000_000), Is.EqualTo(((byte[]?)null, true)));
        var mail = new SummaryMail(Some.Options).Write(Some.Summary(new DateOnly(2026, 11, 1), 30), record);
        Assert.That(Names(mail), Is.EqualTo(new[] { "verify-audit.txt" }));
        Assert.That(Flat(mail), Does.Contain("too long for a mail (6 MiB). Write to support@example.org to get it as audit-2026-11.jsonl")
            .And.Contain("sudo grafana-compliance audit export writes it"));
    }

    [TestCase("weekly")]
    [TestCase("daily")]
    public void Shorter_periods_come_without_files(string period) => Assert.That(Statement(period).Attachments, Is.Null);

    private static IEnumerable<string> Names(Notification mail) => mail.Attachments!.Select(file => file.FileName);

    private static string Flat(Notification mail) =>
        string.Join(' ', mail.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <param name="left">A report of which the audit has nothing.</param>
    private Notification Statement(string period = "monthly", int left = 0)
    {
        var time = new ManualTime(December.AddDays(-31));
        var options = new AuditOptions(folder[$"{period}{left}"], TimeSpan.FromDays(90), TimeSpan.FromDays(3650));
        Directory.CreateDirectory(options.Directory);
        using var audit = AuditLog.Open(options, time, NullLogger<AuditLog>.Instance);
        Decide("AC-20261031T0500Z", "only-admins");
        time.Advance(December.AddDays(-29).AddHours(2) - time.GetUtcNow());
        foreach (var (id, verdict) in new[]
        {
            ("AC-20261102T0500Z", "only-admins, report 1 of 2026-11"), ("AC-20261102T0600Z", "only-admins, report 2 of 2026-11"),
            ("AC-20261102T0700Z", "in-use"), ("AC-20261103T0500Z", "only-admins, report 3 of 2026-11, late"),
        })
        {
            if (left == 0 || !verdict.Contains($"report {left} ", StringComparison.Ordinal))
                Decide(id, verdict);
        }

        List<Notification> mails = [];
        var outbox = new Mock<IOutbox>();
        outbox.Setup(o => o.Put(It.IsAny<Notification>())).Callback((Notification mail) => mails.Add(mail));
        var state = new ComplianceState { Since = December.AddMonths(-2), SummaryFrom = new DateOnly(2026, 11, 1) };
        ConfigurationTests.Read(new Dictionary<string, string?>(ConfigurationTests.Needed) { ["SUMMARY"] = period }, out var settings);
        time.Advance(December - time.GetUtcNow());
        Assert.That(
            new SummaryNotifier(state, outbox.Object, () => AuditReader.Read(options), () => audit.Head, settings, time).Step(), Is.True);
        return mails.Single();

        void Decide(string id, string verdict) => audit.Append(
            new AuditEntry(HourProcessor.DecidedEvent, id, verdict, new Dictionary<string, string> { ["admin"] = "1 thandi" }));
    }

    /// <summary>The mail as it goes over the wire, in the hands of somebody who has Python and nothing of ours.</summary>
    private async Task<(int Code, string Said)> AuditAsync(Notification mail, params string[] spoil)
    {
        Assert.That(EmailAddress.TryParse("athena@example.org", out var sender), Is.True);
        using var message = new MailWriter(new SmtpSettings("mail.example.org", sender!)).Write(MailChannel.MessageOf(mail)!, December);
        var start = new ProcessStartInfo("python3", ["-I", "-c", Auditor, .. spoil])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        try
        {
            using var python = Process.Start(start)!;
            var (said, wrong) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
            await message.WriteToAsync(python.StandardInput.BaseStream);
            python.StandardInput.Close();
            await python.WaitForExitAsync();
            return (python.ExitCode, await said + await wrong);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            NotRun.Missing("python3");
            throw;
        }
    }
}
