namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// How long the present step of a dialogue may still take, and what it is called. MailKit's own time-out is one for everything, is not
/// applied to asynchronous calls, and knows no clock but the system's.
/// </summary>
internal sealed class StepTimer(TimeProvider time) : IDisposable
{
    private CancellationTokenSource? _end;
    private TimeSpan _patience;

    /// <summary>For sentences: "EHLO", "the greeting".</summary>
    public string Step { get; private set; } = "";

    public bool IsRunning => _end is not null;

    public bool IsOver => _end?.IsCancellationRequested == true;

    /// <summary>What to say when it is over.</summary>
    public string Sentence => $"did not answer {Step} within {_patience.TotalSeconds:0} s";

    public CancellationToken Token => _end?.Token ?? CancellationToken.None;

    public void Begin(string step, TimeSpan patience)
    {
        End();
        (Step, _patience) = (step, patience);
        _end = new CancellationTokenSource(patience, time);
    }

    /// <summary>Nothing is waited for.</summary>
    public void End()
    {
        _end?.Dispose();
        _end = null;
    }

    public void Dispose() => End();
}
