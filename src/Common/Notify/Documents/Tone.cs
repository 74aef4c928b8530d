namespace Athena.Common.Notify.Documents;

/// <summary>How a mail feels at first sight. Never carried by colour alone: the words say it too.</summary>
public enum Tone
{
    Calm,
    Good,
    Warning,
    Critical,
}
