using System.CommandLine;
using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Units;
using Athena.Common.Files;
using Athena.Common.Settings;

namespace Athena.Common.Tests.Files;

/// <summary>A command that works in the state directory, says so, and stays until it is told to end: it is looked at meanwhile.</summary>
internal static class HoldCommand
{
    public const string Name = "hold";
    public const string Written = "written";

    public static async Task<int> RunAsync(WorkerContext<string> context, ParseResult parse, CancellationToken cancel)
    {
        using var began = new ManualResetEventSlim();
        var later = new Thread(() => began.Wait(cancel)) { IsBackground = true };
        later.Start();
        PrivateFile.Replace(Path.Combine(context.Common.StateDirectory, Written), "x"u8);
        await context.Out.WriteLineAsync($"works in {context.Common.StateDirectory} for {CommandUser.Name}").ConfigureAwait(false);
        try
        {
            await context.Out.WriteLineAsync($"started a program: {Tool.Run("true", [], TimeSpan.FromSeconds(10)).ExitCode}")
                .ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            await context.Out.WriteLineAsync("started no program").ConfigureAwait(false);
        }

        Console.ReadLine();
        began.Set();
        later.Join();
        return ExitCode.Ok;
    }
}
