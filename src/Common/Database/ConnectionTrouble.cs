using System.Net.Sockets;
using System.Security.Authentication;
using Athena.Common.Network;
using Athena.Common.Text;

namespace Athena.Common.Database;

/// <summary>
/// Why a server could not be talked with, as a sentence that says what to do; what it said itself is its callers' to read. Pure.
/// </summary>
/// <param name="IsUntrusted">Somebody answers, and is not proved to be the server.</param>
internal sealed record ConnectionTrouble(bool IsUntrusted, string Sentence)
{
    /// <param name="fault">Of the driver, not of the server.</param>
    /// <param name="whose">What is there, as in <c>Grafana's database</c>.</param>
    /// <param name="place">Host and port.</param>
    /// <param name="text">Cleans and masks what others say.</param>
    /// <param name="key">The setting that names it.</param>
    public static ConnectionTrouble Of(Exception fault, string whose, string place, ServerText text, string key)
    {
        if (Find<AuthenticationException>(fault) is { } authentication)
            return new(true, $"No trusted TLS connection to {place}: {text.Clean(authentication.Message)} Check the certificate's name, "
                + $"its end of validity, and Root Certificate (sslrootcert) in {key} if it was issued by your own authority.");
        return new(false,
            Find<SocketException>(fault) is { } socket
                ? Connector.IsUnknownName(socket)
                    ? $"The name of {whose}, {place}, cannot be resolved: check {key} and the name server."
                    : $"No connection to {whose} at {place} ({socket.SocketErrorCode}): does PostgreSQL run there, and is the port right "
                        + $"in {key}?"
            : fault is OperationCanceledException || Find<TimeoutException>(fault) is not null
                ? $"{Capital(whose)} at {place} did not answer in time."
            : Find<IOException>(fault) is not null
                ? $"The connection to {whose} at {place} broke."
                : $"{Capital(whose)} at {place} could not be used: {text.Clean(fault.Message)}");
    }

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private static T? Find<T>(Exception? fault)
        where T : Exception
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is T found) return found;
        }

        return null;
    }
}
