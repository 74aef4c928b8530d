using System.Text;
using Athena.Common.Notify.Channels.Mail;
using Athena.Tests.Shared;
using MailKit;

namespace Athena.Common.Tests.Notify.Channels.Mail;

/// <summary>An answer is the same wherever the network cuts it.</summary>
public sealed class SmtpTranscriptTests
{
    [TestCase("334\r\n", 334, "")]
    [TestCase("250\n", 250, "")]
    [TestCase("250-mail.test\r\n250\r\n", 250, "mail.test ")]
    [TestCase("535 5.7.8 No\r\n", 535, "5.7.8 No")]
    [TestCase("550-5.1.1 Nobody\r\n550 5.1.1 of that name\r\n", 550, "5.1.1 Nobody 5.1.1 of that name")]
    public void An_answer_in_two_pieces_is_one(string answer, int code, string said)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(answer);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            SmtpReply? reply = Hear(bytes[..cut], bytes[cut..]);
            Assert.That((reply?.Code, string.Join(' ', reply?.Lines ?? [])), Is.EqualTo(((int?)code, said)), $"cut at {cut}");
        }
    }

    [TestCase("25x Ok")]
    [TestCase("334\rOk")]
    [TestCase("2500 Ok")]
    public void What_is_no_answer_shows_before_its_line_ends(string said) =>
        Assert.That(() => Hear(Encoding.ASCII.GetBytes(said)), Throws.TypeOf<SmtpFailure>().With.Message.Contains("does not speak SMTP"));

    private static SmtpReply? Hear(params byte[][] pieces)
    {
        using StepTimer timer = new(new ManualTime(Some.Morning));
        SmtpTranscript transcript = new(Some.Settings, timer, trace: null);
        IProtocolLogger logger = transcript;
        byte[] command = "NOOP\r\n"u8.ToArray();
        logger.LogClient(command, 0, command.Length);
        foreach (byte[] piece in pieces)
            logger.LogServer(piece, 0, piece.Length);
        return transcript.Last?.Reply;
    }
}
