using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Delivery;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Notify.Delivery;

/// <summary>An outbox in a folder of its own, with a transport that answers as a test says.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public abstract class OutboxScenario
{
    private protected string Folder { get; private set; } = "";

    private protected ManualTime Time { get; private set; } = null!;

    private protected FakeTransport Transport { get; private set; } = null!;

    private protected List<DeliveryReport> Reports { get; private set; } = null!;

    private protected List<string> Troubles { get; private set; } = null!;

    [SetUp]
    public void StartAfresh()
    {
        Folder = Path.Combine(Some.TemporaryFolder(), "outbox");
        Time = new ManualTime(Some.Morning);
        Transport = new FakeTransport();
        Reports = [];
        Troubles = [];
    }

    [TearDown]
    public async Task CleanAsync()
    {
        await Transport.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
    }

    private protected ChannelOutbox Open() => ChannelOutbox.Open(Folder, Transport, Time, () => 0.5, Reports.Add, Troubles.Add);

    private protected string[] Files() => Directory.GetFiles(Folder, "*.json");
}
