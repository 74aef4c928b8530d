using System.Net.Sockets;
using Athena.Sandbox.Mail;

namespace Athena.Sandbox.Tests;

internal sealed class MailCatcherTests
{
    [Test]
    public async Task Keeps_a_mail_byte_for_byte_even_when_it_is_spelt()
    {
        await using var catcher = await MailCatcher.StartAsync();
        using var peer = new SmtpPeer();
        await peer.ConnectAsync(catcher.Port);
        await peer.SpellAsync("EHLO me");
        await peer.SpellAsync("MAIL FROM:<a@example.org> BODY=8BITMIME");
        await peer.SpellAsync("RCPT TO:<b@example.org>");
        await peer.SpellAsync("DATA");
        var kept = await peer.SpellAsync("Subject: x\r\n\r\n..dot\r\nbare\nnewline\r\n.");
        var mail = catcher.Mails.Single();
        Assert.Multiple(() =>
        {
            Assert.That(kept, Does.StartWith("250 2.0.0 "));
            Assert.That((mail.From, mail.To.Single()), Is.EqualTo(("a@example.org", "b@example.org")));
            Assert.That(System.Text.Encoding.UTF8.GetString(mail.Raw), Is.EqualTo("Subject: x\r\n\r\n.dot\r\nbare\nnewline\r\n"));
        });
    }

    [Test]
    public async Task Refuses_whom_it_was_told_to_refuse_and_no_other()
    {
        await using var catcher = await MailCatcher.StartAsync();
        catcher.Refuse("gone@example.org");
        using var peer = new SmtpPeer();
        await peer.ConnectAsync(catcher.Port);
        await peer.SayAsync("EHLO me");
        await peer.SayAsync("MAIL FROM:<a@example.org>");
        Assert.Multiple(async () =>
        {
            Assert.That(await peer.SayAsync("RCPT TO:<GONE@example.org>"), Does.StartWith("550 5.1.1"));
            Assert.That(await peer.SayAsync("RCPT TO:<b@example.org>"), Does.StartWith("250"));
        });
    }

    [Test]
    public async Task Demands_the_right_password_when_it_knows_one()
    {
        await using var catcher = await MailCatcher.StartAsync(new MailCatcherOptions { User = "u", Password = "p" });
        using var peer = new SmtpPeer();
        await peer.ConnectAsync(catcher.Port);
        Assert.Multiple(async () =>
        {
            Assert.That(await peer.SayAsync("EHLO me"), Does.Contain("AUTH PLAIN LOGIN"));
            Assert.That(await peer.SayAsync("MAIL FROM:<a@example.org>"), Does.StartWith("530"));
            Assert.That(await peer.SayAsync("AUTH PLAIN " + Base64("\0u\0wrong")), Does.StartWith("535"));
            Assert.That(await peer.SayAsync("AUTH LOGIN"), Does.StartWith("334 VXNlcm5hbWU6"));
            Assert.That(await peer.SayAsync(Base64("u")), Does.StartWith("334 UGFzc3dvcmQ6"));
            Assert.That(await peer.SayAsync(Base64("p")), Does.StartWith("235"));
            Assert.That(await peer.SayAsync("MAIL FROM:<a@example.org>"), Does.StartWith("250"));
        });
    }

    [Test]
    public async Task Speaks_TLS_with_its_own_certificate_and_starts_over_after_it()
    {
        await using var catcher = await MailCatcher.StartAsync(new MailCatcherOptions { StartTls = true });
        using var peer = new SmtpPeer();
        await peer.ConnectAsync(catcher.Port);
        var offered = await peer.SayAsync("EHLO me");
        await peer.SayAsync("STARTTLS");
        await peer.SecureAsync((_, certificate, _, _) => certificate!.GetCertHashString() == catcher.Certificate!.GetCertHashString());
        Assert.Multiple(async () =>
        {
            Assert.That(offered, Does.Contain("STARTTLS"));
            Assert.That(await peer.SayAsync("MAIL FROM:<a@example.org>"), Does.StartWith("503"), "EHLO again (RFC 3207 §4.2)");
            Assert.That(await peer.SayAsync("EHLO me"), Does.Not.Contain("STARTTLS"));
        });
    }

    [Test]
    public async Task Is_gone_while_stopped_and_comes_back_on_the_same_port()
    {
        await using var catcher = await MailCatcher.StartAsync();
        using var cut = new SmtpPeer();
        await cut.ConnectAsync(catcher.Port);
        await catcher.StopAsync();
        using (var refused = new SmtpPeer()) Assert.ThrowsAsync<SocketException>(() => refused.ConnectAsync(catcher.Port));
        catcher.StartAgain();
        using var again = new SmtpPeer();
        Assert.That(await again.ConnectAsync(catcher.Port), Does.StartWith("220"));
    }

    [Test]
    public async Task Lets_a_test_wait_for_a_mail()
    {
        await using var catcher = await MailCatcher.StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var waiting = catcher.WaitForAsync(m => m.Subject == "second", limit.Token);
        using var peer = new SmtpPeer();
        await peer.ConnectAsync(catcher.Port);
        await peer.SayAsync("HELO me");
        foreach (var subject in new[] { "first", "second" })
        {
            await peer.SayAsync("MAIL FROM:<>");
            await peer.SayAsync("RCPT TO:<b@example.org>");
            await peer.SayAsync("DATA");
            await peer.SayAsync($"Subject: {subject}\r\n\r\n.");
        }

        Assert.That((await waiting).Number, Is.EqualTo(2));
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
