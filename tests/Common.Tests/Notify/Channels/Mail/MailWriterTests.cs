using System.Text;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Text;
using FsCheck;
using FsCheck.Fluent;
using MimeKit;

namespace Athena.Common.Tests.Notify.Channels.Mail;

public sealed class MailWriterTests
{
    private static readonly MailWriter Writer = new(Some.Settings, MailSamples.Logo);

    [Test]
    public void Writes_a_plain_mail_exactly_so()
    {
        SmtpSettings settings = Some.Settings with { ReplyTo = EmailAddress.Parse("support@hospital.example") };
        OutgoingMessage mail = Some.Mail("k", "admin@hospital.example", "two@x.example") with
        {
            Html = null,
            Thread = "account/1",
            IsUrgent = true,
        };
        string id = new MailWriter(settings).MessageId("k");
        string text = Written(new MailWriter(settings), mail);
        string root = text.Split("References: ")[1].Split("\r\n")[0];

        Assert.That(text, Is.EqualTo($"""
            Date: Sat, 21 Nov 2026 06:30:15 +0200
            From: Athena Grafana <grafana@hospital.example>
            Reply-To: support@hospital.example
            To: admin@hospital.example, two@x.example
            Subject: Locked, waiting for you
            Message-Id: <{id}>
            In-Reply-To: {root}
            References: {root}
            Auto-Submitted: auto-generated
            X-Auto-Response-Suppress: All
            Importance: high
            Priority: urgent
            X-Priority: 1
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            The account is locked.
            Nothing happens until you decide.

            """.ReplaceLineEndings("\r\n")));
    }

    [Test]
    public void The_same_key_gives_the_same_bytes_and_another_key_another_Message_ID()
    {
        OutgoingMessage mail = MailSamples.Whole("admin@hospital.example");
        Assert.That(Bytes(new MailWriter(Some.Settings, MailSamples.Logo), mail), Is.EqualTo(Bytes(Writer, mail)));
        Assert.That(Writer.MessageId("a"), Does.Match(@"\A[0-9a-f]{32}@hospital\.example\z").And.Not.EqualTo(Writer.MessageId("b")));
    }

    [Test]
    public void Mails_of_one_thread_refer_to_one_root_and_no_mail_is_that_root()
    {
        string[] roots =
        [
            .. new[] { "locked", "reminder", "approved" }.Select(key => References(Some.Mail(key) with { Thread = "account/1" })),
        ];
        Assert.That(roots.Distinct().Count(), Is.EqualTo(1));
        Assert.That(References(Some.Mail() with { Thread = "account/2" }), Is.Not.EqualTo(roots[0]));
        Assert.That(Writer.MessageId("account/1"), Is.Not.EqualTo(roots[0]));
        Assert.That(Written(Writer, Some.Mail()), Does.Not.Contain("References"));
    }

    [Test]
    public void An_independent_reader_finds_everything_as_it_was_written()
    {
        MailReading.Need();
        OutgoingMessage mail = MailSamples.Whole("admin@hospital.example", "naledi@exämple.org");
        string[] to = ["admin@hospital.example", "naledi@xn--exmple-cua.org"];
        MailSamples.AssertIsWhole(MailReading.Of(Bytes(Writer, mail)), mail, Some.Settings, to);
    }

    [TestCase("")]
    [TestCase("plain")]
    [TestCase("=?utf-8?Q?looks_encoded?=")]
    [TestCase("two  spaces, and a comma, a colon: \"quotes\" and \\ (brackets)")]
    [TestCase(" leading and trailing ")]
    [TestCase("a word of 90: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [TestCase("Überwachung 山田太郎山田太郎山田太郎山田太郎山田太郎山田太郎山田太郎 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")]
    public void An_independent_reader_finds_subject_and_name_as_they_were_written(string text)
    {
        MailReading.Need();
        MailWriter writer = new(Some.Settings with { FromName = text });
        MailReading reading = MailReading.Of(Bytes(writer, Some.Mail() with { Subject = text }));

        Assert.That(reading.Defects, Is.Empty);
        Assert.That(reading.Header("Subject"), Is.EqualTo(text));
        Assert.That(reading.From, Is.EqualTo((text.Trim(), "grafana@hospital.example")));
    }

    [Test]
    public void A_logo_goes_only_where_it_is_shown_and_without_one_no_broken_picture_is_left()
    {
        Assert.That(Written(Writer, Some.Mail()), Does.Not.Contain("image/png"));
        Assert.That(Written(Writer, MailSamples.Whole("a@b")), Does.Contain("image/png").And.Contain("iVBORw0KGgo"));
        Assert.That(Written(new MailWriter(Some.Settings), MailSamples.Whole("a@b")), Does.Contain("<body><p>")
            .And.Not.Contain("image/png").And.Not.Contain("cid:"));
    }

    [Test]
    public void Without_an_address_that_can_be_written_To_says_so() =>
        Assert.That(Written(Writer, Some.Mail("k", "no address", "ü@x.example")),
            Does.Contain("\r\nTo: undisclosed-recipients: ;\r\n"));

    [TestCase("Bcc: boss@example.org--=_ Bcc: boss@example.orgQ --=_ Bcc: boss@example.org")]
    [TestCase("Monitoring, on behalf of everybody who is on duty at night in any of the hospitals")]
    [TestCase("\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"")]
    public void A_long_name_that_must_be_quoted_is_folded_all_the_same(string name)
    {
        byte[] wire = Bytes(new MailWriter(Some.Settings with { FromName = name }), Some.Mail());
        Assert.That(Encoding.ASCII.GetString(wire).Split("\r\n"), Has.All.Length.LessThanOrEqualTo(78));
        Assert.That(MimeMessage.Load(new MemoryStream(wire)).From.Mailboxes.Single().Name, Is.EqualTo(name));
    }

    [Test]
    public void No_text_can_add_a_header_or_break_a_line()
    {
        Gen<string> piece = Gen.OneOf(
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
            Gen.Elements(
                "\r\nBcc: boss@example.org", "\n", "\r", "\r\n\r\n", "\u2028", "\u0085", "=?utf-8?Q?=0D=0A?=", "\uD800", ".\r\n", "--=_",
                new string('x', 100)));
        Gen<string> text = piece.ArrayOf().Select(string.Concat);
        Gen<(string, string, string)> mails = from subject in text from name in text from body in text select (subject, name, body);

        Prop.ForAll(mails.ToArbitrary(), given =>
        {
            (string subject, string name, string body) = given;
            OutgoingMessage mail = Some.Mail("k") with { Subject = subject, Text = body, Html = body };
            string written = Written(new MailWriter(Some.Settings with { FromName = name }), mail);
            string[] lines = written.Split("\r\n");
            string[] fields =
            [
                .. lines.TakeWhile(line => line.Length > 0).Where(line => line[0] is not (' ' or '\t')).Select(line => line.Split(':')[0]),
            ];
            return lines.All(line => line.Length <= 78 && line.All(c => c is >= ' ' and <= '~' or '\t'))
                && fields.SequenceEqual(
                [
                    "Date", "From", "To", "Subject", "Message-Id", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
                    "Content-Type",
                ])
                && lines.Count(line => line.StartsWith("--=_", StringComparison.Ordinal)) == 3;
        }).QuickCheckThrowOnFailure();
    }

    private static string References(OutgoingMessage mail) => Written(Writer, mail).Split("References: ")[1].Split("\r\n")[0];

    private static string Written(MailWriter writer, OutgoingMessage mail) => Encoding.ASCII.GetString(Bytes(writer, mail));

    private static byte[] Bytes(MailWriter writer, OutgoingMessage mail)
    {
        using MimeMessage message = writer.Write(mail, Some.Morning);
        return MailSamples.OnTheWire(message);
    }
}
