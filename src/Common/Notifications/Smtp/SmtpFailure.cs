namespace Athena.Common.Notifications.Smtp;

/// <summary>The dialogue cannot go on. Never leaves this folder: the transport turns it into a <see cref="DeliveryResult"/>.</summary>
internal sealed class SmtpFailure : Exception
{
    public SmtpFailure(string sentence, DeliveryVerdict verdict = DeliveryVerdict.Transient, Exception? inner = null)
        : base(sentence, inner)
    {
        Verdict = verdict;
    }

    public DeliveryVerdict Verdict { get; }

    public DeliveryResult ToResult() => new(Verdict, Message);
}
