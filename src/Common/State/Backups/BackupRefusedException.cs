namespace Athena.Common.State.Backups;

/// <summary>A backup that is not made or not put back; the message is a sentence for the sysadmin that says why and what to do.</summary>
public sealed class BackupRefusedException : IOException
{
    public BackupRefusedException(string message)
        : base(message)
    {
    }

    public BackupRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
