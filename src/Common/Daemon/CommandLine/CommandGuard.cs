using System.CommandLine;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Text;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>The one place where a fault of a command becomes an exit code and a sentence on standard error.</summary>
internal static class CommandGuard
{
    /// <param name="act">The command.</param>
    /// <param name="cancel">As the command was asked to stop.</param>
    /// <returns>The command's exit code, or that of its fault.</returns>
    public static async Task<int> RunAsync(WorkerIdentity identity, ParseResult parse, Func<Task<int>> act, CancellationToken cancel)
    {
        var error = parse.InvocationConfiguration.Error;
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            foreach (var line in e.Message.Split('\n'))
                await error.WriteLineAsync($"{identity.Daemon}: {VisibleText.Escape(line)}").ConfigureAwait(false);
            var place = SettingsPlace.Of(identity.Daemon, e.Problems.Select(problem => problem.Origin));
            if (e.Problems.Count > 0)
                await error.WriteLineAsync(
                    $"{identity.Daemon}: put this right in {place}, which only root can read; then: sudo {identity.Daemon} check")
                        .ConfigureAwait(false);
            return ExitCode.Configuration;
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync($"{identity.Daemon}: {VisibleText.Escape(e.Message)}").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (NotPermittedException e)
        {
            await error.WriteLineAsync(e.NeedsRoot
                ? $"{VisibleText.Escape(e.Message)} Run: sudo {identity.Daemon} "
                    + $"{string.Join(' ', parse.Tokens.Select(token => Quoted(token.Value)))}"
                : $"{identity.Daemon}: {VisibleText.Escape(e.Message)}").ConfigureAwait(false);
            return ExitCode.NotPermitted;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (!Console.IsErrorRedirected) await error.WriteLineAsync().ConfigureAwait(false); // Behind the ^C of the terminal.
            return StopSignals.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            await error.WriteLineAsync($"{identity.Daemon}: {VisibleText.Escape(e.Message)}").ConfigureAwait(false);
            return ExitCode.Fault;
        }
        catch (Exception e)
        {
            // A bug: with its stack trace, but as exit code 1 and not as a core dump.
            await error.WriteLineAsync($"{identity.Daemon}: {LogText.WithException("a fault, please report it", e)}").ConfigureAwait(false);
            return ExitCode.Fault;
        }
    }

    /// <summary>As a shell takes it for one word.</summary>
    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_.:/@=+,".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>As whom a command works when root runs it.</summary>
public enum ActsAs
{
    /// <summary>As the owner of the state directory, from before the first file there is touched until the end.</summary>
    Owner,

    /// <summary>
    /// It asks the running daemon and touches no file: as the owner of the directory in which that listens. Who that is may be another one
    /// than the owner of the state: since systemd 257 the files of a dynamic user are nobody's, and mapped for the service alone. While the
    /// daemon is stopped the command does the work itself, as <see cref="Owner"/>.
    /// </summary>
    Asker,

    /// <summary>As root: it touches no file there, asks no socket, or sees to that in its own way.</summary>
    Caller,
}

/// <summary>The person who runs a command.</summary>
public static class CommandUser
{
    /// <summary>For the audit: behind sudo the person, not root. Found out once: a command of root becomes somebody else.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user
        ? $"{user} (sudo)"
        : Environment.UserName;
}
