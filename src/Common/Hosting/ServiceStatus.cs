namespace Athena.Common.Hosting;

/// <summary>The one sentence that says how the daemon is: shown by <c>systemctl status</c> and by the <c>status</c> command. Thread-safe.</summary>
public sealed class ServiceStatus(SdNotify notify)
{
    private volatile string text = "starting";

    public string Text => text;

    /// <summary>Tells systemd when it is another sentence than before.</summary>
    public void Say(string sentence)
    {
        if (Interlocked.Exchange(ref text, sentence) != sentence)
            notify.Say(sentence);
    }
}
