using System.Threading.Channels;
using Athena.Common.Tests.Telemetry;
using Microsoft.Extensions.Hosting.Systemd;

namespace Athena.Common.Tests.Daemon;

/// <summary>What systemd hears, without a socket; <see cref="SdNotifyTests"/> has the socket.</summary>
internal sealed class HeardStates : ISystemdNotifier
{
    private readonly Channel<string> heard = Channel.CreateUnbounded<string>();

    public bool IsEnabled => true;

    /// <summary>How many nobody has taken yet.</summary>
    public int Count => heard.Reader.Count;

    /// <summary>The next one, as one datagram.</summary>
    public async Task<string> NextAsync() => await heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public void Notify(ServiceState state) => heard.Writer.TryWrite(state.ToString());
}
