using System.Text;

namespace Athena.Common.Network;

/// <summary>
/// An address outside that waits for a sign of life each minute and raises the alarm when none comes, as healthchecks.io and its like give
/// out. Whoever knows it can keep the alarm quiet, so it is a secret: what leaves this type names no more of it than host and port.
/// </summary>
public sealed class HeartbeatAddress : IDisposable
{
    private const int LongestSentence = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Uri alive;
    private readonly Uri failed;
    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <param name="address">As it was given out; <c>/fail</c> behind its path takes what is wrong.</param>
    /// <param name="time">The clock.</param>
    public HeartbeatAddress(Uri address, TimeProvider time)
    {
        this.time = time;
        alive = address;
        failed = new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') + "/fail" }.Uri;
        http = OutsideClient.Make(time, certificates: null, connectPatience: null, isOnThisMachine: false, TimeSpan.FromSeconds(1));
    }

    /// <summary>Host and port, for sentences.</summary>
    public string Place => alive.Authority;

    /// <summary>Throws nothing but for its token.</summary>
    /// <param name="failure">Why the daemon cannot do its work; null while it does.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Why it was not taken, without the address; null when it was.</returns>
    public async Task<string?> SendAsync(string? failure, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        using var request = new HttpRequestMessage(failure is null ? HttpMethod.Get : HttpMethod.Post, failure is null ? alive : failed);
        if (failure is not null)
            request.Content = new StringContent(failure.Length > LongestSentence ? failure[..LongestSentence] : failure, Encoding.UTF8);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"{Place} answers HTTP {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"no answer from {Place} within {Patience.TotalSeconds:0} s";
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Nothing that happens here may end the daemon, and the runtime's words may quote the address.
            return OutsideClient.Explain(e, alive.Host, Place, "HEARTBEAT_URL");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
