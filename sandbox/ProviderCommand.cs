using System.Runtime.InteropServices;
using Athena.Sandbox.SingleSignOn;

namespace Athena.Sandbox;

/// <summary><c>athena-sandbox provider</c>: the pretend provider alone, for a real Grafana on this machine.</summary>
internal static class ProviderCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var line = new CommandLine(args, "port");
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using var provider = await PretendProvider.StartAsync(line.Number("port", 9099)).ConfigureAwait(false);
        var url = provider.Url.ToString().TrimEnd('/');
        await output.WriteLineAsync($"""
            Pretend provider at {url}. For a Grafana on this machine, in grafana.ini:

            [auth.generic_oauth]
            enabled = true
            client_id = grafana
            client_secret = any
            scopes = openid
            auth_url = {url}/auth
            token_url = {url}/token
            api_url = {url}/userinfo
            """).ConfigureAwait(false);
        await stopped.Task.ConfigureAwait(false);
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.TrySetResult();
        }
    }
}
