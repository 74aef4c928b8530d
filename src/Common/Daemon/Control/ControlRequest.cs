namespace Athena.Common.Daemon.Control;

/// <summary>What the command line asks of the running daemon.</summary>
public sealed record ControlRequest(string Command, IReadOnlyDictionary<string, string> Arguments)
{
    public ControlRequest(string command)
        : this(command, new Dictionary<string, string>())
    {
    }
}
