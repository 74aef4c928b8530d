namespace Athena.Sandbox;

/// <summary>The command line of <c>athena-sandbox</c>.</summary>
internal static class SandboxCommands
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["try-contract", var seed])
        {
            await using var one = await StandInGrafana.StartAsync(new StandInOptions { AuthProxy = true, LogFile = "/tmp/w/sb-try.log" }).ConfigureAwait(false);
            using var replay = new Contract.ContractReplay(one.Url, "admin", "admin", int.Parse(seed));
            foreach (var r in await replay.RunAsync().ConfigureAwait(false)) Console.WriteLine(r);
            return 0;
        }

        var directory = args.Length > 1 ? args[1] : Path.GetTempPath();
        await using var grafana = await StandInGrafana.StartAsync(new StandInOptions { LogFile = Path.Combine(directory, "grafana.log"), Latency = Latency.Recorded }).ConfigureAwait(false);
        Console.WriteLine(grafana.Url);
        await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
        return 0;
    }
}
