namespace Athena.Common.Telemetry;

/// <summary>
/// The one sentence that says how the daemon is: shown by <c>systemctl status</c> and by the <c>status</c> command. Thread-safe.
/// </summary>
public sealed class ServiceStatus(SdNotify notify)
{
    private readonly Lock gate = new();
    private string text = "starting";
    private string? failure;

    public string Text
    {
        get
        {
            lock (gate)
                return text;
        }
    }

    /// <summary>The sentence while the daemon cannot do its work; null while it does.</summary>
    public string? Failure
    {
        get
        {
            lock (gate)
                return failure;
        }
    }

    /// <summary>Tells systemd when it is another sentence than before.</summary>
    public void Say(string sentence, bool isAtWork = true)
    {
        lock (gate)
        {
            failure = isAtWork ? null : sentence;
            if (text == sentence)
                return;
            text = sentence;
            notify.Say(sentence);
        }
    }

    /// <summary>READY, with the sentence of this moment: a worker may have said a new one already.</summary>
    internal void Ready()
    {
        lock (gate)
            notify.Ready(text);
    }
}
