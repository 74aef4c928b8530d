using Athena.Common.Hosting;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Hosting;

[NonParallelizable]
internal sealed class SdNotifyTests
{
    [Test]
    public void Says_ready_and_status_in_one_datagram()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new DatagramPeer(directory["notify"]);
        using var notify = new SdNotify(directory["notify"]);

        Assert.That(notify.Ready("3000 accounts known"));
        Assert.That(notify.Stopping("stopping"));
        Assert.That(notify.Alive());

        Assert.That(systemd.ReceiveText(), Is.EqualTo("READY=1\nSTATUS=3000 accounts known"));
        Assert.That(systemd.ReceiveText(), Is.EqualTo("STOPPING=1\nSTATUS=stopping"));
        Assert.That(systemd.ReceiveText(), Is.EqualTo("WATCHDOG=1"));
    }

    [Test]
    public void Speaks_to_an_abstract_socket()
    {
        var name = $"athena-test-{Guid.NewGuid():N}";
        using var systemd = new DatagramPeer("\0" + name);
        using var notify = new SdNotify("@" + name);

        Assert.That(notify.Say("hello"));
        Assert.That(systemd.ReceiveText(), Is.EqualTo("STATUS=hello"));
    }

    [Test]
    public void A_line_end_in_a_status_is_no_second_state()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new DatagramPeer(directory["notify"]);
        using var notify = new SdNotify(directory["notify"]);

        notify.Say("locked evil\nREADY=1");

        Assert.That(systemd.ReceiveText(), Is.EqualTo("STATUS=locked evil\\nREADY=1"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("vsock:2:1234")]
    [TestCase("/nowhere/at/all")]
    public void Is_silent_when_nobody_listens(string? address)
    {
        using var notify = new SdNotify(address);

        Assert.That(notify.IsConnected, Is.False);
        Assert.That(notify.Ready("ready"), Is.False);
    }

    [Test]
    public void Survives_that_systemd_stops_listening()
    {
        using var directory = new TemporaryDirectory();
        using var notify = Connected(directory);

        Assert.That(notify.Say("anyone?"), Is.False);

        static SdNotify Connected(TemporaryDirectory directory)
        {
            using var systemd = new DatagramPeer(directory["notify"]);
            return new SdNotify(directory["notify"]);
        }
    }

    [Test]
    public void Takes_the_address_out_of_the_environment()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new DatagramPeer(directory["notify"]);
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", directory["notify"]);

        using var notify = SdNotify.FromEnvironment();

        Assert.That(notify.IsConnected);
        Assert.That(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Is.Null);
    }

    [Test]
    public void A_status_is_sent_when_it_changes()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new DatagramPeer(directory["notify"]);
        using var notify = new SdNotify(directory["notify"]);
        var status = new ServiceStatus(notify);

        status.Say("watching");
        status.Say("watching");
        status.Say("blind");

        Assert.That(systemd.ReceiveText(), Is.EqualTo("STATUS=watching"));
        Assert.That(systemd.ReceiveText(), Is.EqualTo("STATUS=blind"));
        Assert.That(systemd.IsEmpty);
        Assert.That(status.Text, Is.EqualTo("blind"));
    }
}
