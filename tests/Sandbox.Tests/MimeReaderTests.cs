using System.Text;
using Athena.Sandbox.Mail;
using FsCheck;
using FsCheck.Fluent;

namespace Athena.Sandbox.Tests;

internal sealed class MimeReaderTests
{
    // Made by Python's email package.
    private const string Related = """
        Subject: =?utf-8?q?Locked=2C_waiting_for_you=3A_Zo=C3=AB_M=C3=BCller-=C5=81ukasz?=
         =?utf-8?q?_=3Czoe=40example=2Enet=3E?=
        From: Athena Grafana <athena@example.org>
        To: boss@example.org
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="===============74=="

        --===============74==
        Content-Type: text/plain; charset="utf-8"
        Content-Transfer-Encoding: 8bit

        Name: Zoë

        --===============74==
        Content-Type: multipart/related; boundary="=inner"
        MIME-Version: 1.0

        --=inner
        Content-Type: text/html; charset="utf-8"
        Content-Transfer-Encoding: quoted-printable

        <p>Zo=C3=AB =3D a very long line that a soft break cuts=
         in two</p><img src=3D"cid:logo">
        --=inner
        Content-Type: image/png
        Content-Transfer-Encoding: base64
        Content-ID: <logo>

        iVBO
        Rw==
        --=inner--

        --===============74==--
        """;

    [Test]
    public void Reads_alternative_and_related_parts()
    {
        var mail = new CaughtMail(1, DateTimeOffset.UnixEpoch, "a@b", ["c@d"], Bytes(Related), false, null);
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("Locked, waiting for you: Zoë Müller-Łukasz <zoe@example.net>"));
            Assert.That(mail.Text, Is.EqualTo("Name: Zoë\r\n"));
            Assert.That(mail.Html, Is.EqualTo("""<p>Zoë = a very long line that a soft break cuts in two</p><img src="cid:logo">"""));
            Assert.That(mail.StandaloneHtml, Does.EndWith("<img src=\"data:image/png;base64,iVBORw==\">"));
            Assert.That(mail.Attachments, Is.Empty);
        });
    }

    [Test]
    public void Reads_attachments_with_their_names()
    {
        const string Text = """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain

            body
            --b
            Content-Type: text/csv; charset=utf-8
            Content-Disposition: attachment; filename="who \"is\" there.csv"

            id;login
            --b--
            """;
        var mail = new CaughtMail(1, DateTimeOffset.UnixEpoch, "", [], Bytes(Text), false, null);
        var attachment = mail.Attachments.Single();
        Assert.That(
            (mail.Text, attachment.FileName, attachment.MediaType, attachment.Text),
            Is.EqualTo(("body", "who \"is\" there.csv", "text/csv", "id;login")));
    }

    [TestCase("=?iso-8859-1?Q?Andr=E9?= Pirard", "André Pirard")]
    [TestCase("=?UTF-8?B?5ZCN5YmN?=\r\n =?UTF-8?B?8J+YgA==?=", "名前😀")]
    [TestCase("a =?nonsense b", "a =?nonsense b")]
    public void Decodes_encoded_words(string header, string expected) => Assert.That(MimeReader.DecodeWords(header), Is.EqualTo(expected));

    [Test]
    public void Gives_back_any_bytes_that_came_as_base64()
    {
        Prop.ForAll<byte[]>(content =>
        {
            var head = "Content-Transfer-Encoding: base64\r\n\r\n";
            var raw = Encoding.ASCII.GetBytes(head + Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks));
            return MimeReader.Read(raw).Content.SequenceEqual(content);
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Never_throws_whatever_comes() => Prop.ForAll<byte[]>(raw => MimeReader.Read(raw).All.Any()).QuickCheckThrowOnFailure();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
}
