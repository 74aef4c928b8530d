namespace Athena.Common.Settings;

/// <summary>What a daemon or a command tells systemd and scripts when it ends.</summary>
public static class ExitCode
{
    /// <summary>Stopped on request, or the command did what was asked.</summary>
    public const int Ok = 0;

    /// <summary>A fault: systemd starts the daemon again. For <c>check</c>: something it needs does not work.</summary>
    public const int Fault = 1;

    /// <summary><c>check</c> and <c>backup</c>: it works, but somebody should read the warnings.</summary>
    public const int Warnings = 2;

    /// <summary>Wrong arguments (<c>EX_USAGE</c> of sysexits.h).</summary>
    public const int Usage = 64;

    /// <summary>Only root may do that (<c>EX_NOPERM</c>).</summary>
    public const int NotPermitted = 77;

    /// <summary>The configuration must be put right by a person first (<c>EX_CONFIG</c> of sysexits.h); systemd does not restart.</summary>
    public const int Configuration = 78;

    /// <summary>Ctrl-C ended a command before it was done; a daemon that is stopped ends with <see cref="Ok"/>.</summary>
    public const int Interrupted = 130;

    /// <summary>The same by SIGTERM.</summary>
    public const int Terminated = 143;
}

/// <summary>An argument of a command is none; the message says how it is written. No setting is at fault.</summary>
public sealed class UsageException(string message) : Exception(message);
