using System.Diagnostics;
using Athena.Common.Telemetry;
using Athena.Common.Tests.Daemon;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Telemetry;

/// <summary>Against a socket such as systemd gives; its address comes by the environment, as the library reads it.</summary>
[NonParallelizable]
internal sealed class SdNotifyTests
{
    [TearDown]
    public void Forget() => Environment.SetEnvironmentVariable(SdNotify.SocketVariable, null);

    [Test]
    public void Says_ready_and_status_in_one_datagram()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new DatagramPeer(directory["notify"]);
        var notify = To(directory["notify"]);

        Assert.That(notify.IsEnabled);
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

        Assert.That(To("@" + name).Say("hello"));
        Assert.That(systemd.ReceiveText(), Is.EqualTo("STATUS=hello"));
    }

    [Test]
    public void A_line_end_in_a_status_is_no_second_state()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new DatagramPeer(directory["notify"]);

        To(directory["notify"]).Say("locked evil\nREADY=1");

        Assert.That(systemd.ReceiveText(), Is.EqualTo("STATUS=locked evil\\nREADY=1"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("@")]
    [TestCase("vsock:2:1234")]
    [TestCase("/nowhere/at/all")]
    [TestCase("/etc/hostname")]
    [TestCase("@nobody-listens-here")]
    [TestCase("/too/long", 200)]
    [TestCase("@too-long", 200)]
    public void Is_silent_when_nobody_listens(string? address, int longer = 0)
    {
        var notify = To(address + new string('x', longer));

        Assert.That(notify.Ready("ready"), Is.False);
        Assert.That(notify.Say("still here"), Is.False);
        Assert.That(notify.Alive(), Is.False);
        Assert.That(notify.Stopping("stopping"), Is.False);
    }

    [Test]
    public void Nobody_asked_is_not_enabled() => Assert.That(To(null).IsEnabled, Is.False);

    [Test]
    public void Survives_that_systemd_stops_listening_and_is_heard_when_it_does_again()
    {
        using var directory = new TemporaryDirectory();
        SdNotify notify;
        using (new DatagramPeer(directory["notify"]))
            notify = To(directory["notify"]);

        Assert.That(notify.Say("anyone?"), Is.False);

        File.Delete(directory["notify"]);
        using var again = new DatagramPeer(directory["notify"]);
        Assert.That(notify.Say("back"));
        Assert.That(again.ReceiveText(), Is.EqualTo("STATUS=back"));
    }

    [Test]
    public async Task A_systemd_that_takes_nothing_any_more_holds_nobody_up_and_hears_the_rest_when_it_does()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new DatagramPeer(directory["notify"]);
        var notify = To(directory["notify"]);
        Assert.That(notify.Ready("watching"));

        // More than the kernel keeps (net.unix.max_dgram_qlen) and than is kept here.
        for (var i = 0; i < 2000; i++)
            notify.Say($"{i}");
        Assert.That(notify.Alive(), Is.False);

        var hearing = Task.Run(() =>
        {
            var heard = new List<string> { systemd.ReceiveText() };
            while (heard[^1] != "WATCHDOG=1")
                heard.Add(systemd.ReceiveText());
            return heard;
        });
        while (!notify.Alive())
            Thread.Yield();

        var heard = await hearing;
        Assert.That(heard[0], Is.EqualTo("READY=1\nSTATUS=watching"));
        Assert.That(heard, Has.Count.GreaterThan(100).And.Count.LessThan(2000));
        Assert.That(heard[1..^1], Is.EqualTo(Enumerable.Range(0, heard.Count - 2).Select(i => $"STATUS={i}")), "in order");
    }

    [Test]
    public async Task No_child_can_speak_for_the_daemon()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new DatagramPeer(directory["notify"]);
        var notify = To(directory["notify"]);

        using var child = Process.Start(new ProcessStartInfo("/usr/bin/env") { RedirectStandardOutput = true })!;
        var inherited = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();

        Assert.That(inherited, Does.Contain("PATH=").And.Not.Contain(SdNotify.SocketVariable));
        Assert.That(Environment.GetEnvironmentVariable(SdNotify.SocketVariable), Is.Null);
        Assert.That(notify.Alive(), "the daemon itself still does");
    }

    [Test]
    public async Task A_status_is_sent_when_it_changes()
    {
        var systemd = new HeardStates();
        var status = new ServiceStatus(new SdNotify(systemd));

        status.Say("watching");
        status.Say("watching");
        status.Say("blind");

        Assert.That(await systemd.NextAsync(), Is.EqualTo("STATUS=watching"));
        Assert.That(await systemd.NextAsync(), Is.EqualTo("STATUS=blind"));
        Assert.That(systemd.Count, Is.Zero);
        Assert.That(status.Text, Is.EqualTo("blind"));
    }

    private static SdNotify To(string? address)
    {
        Environment.SetEnvironmentVariable(SdNotify.SocketVariable, address);
        return SdNotify.FromEnvironment();
    }
}
