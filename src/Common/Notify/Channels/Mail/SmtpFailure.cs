namespace Athena.Common.Notify.Channels.Mail;

/// <summary>
/// The dialogue cannot go on. Never leaves this folder: the transport turns it into a <see cref="DeliveryResult"/>, always one that is
/// tried again, because a server that is away comes back, and a setting can be put right.
/// </summary>
internal sealed class SmtpFailure(string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    public DeliveryResult ToResult() => new(DeliveryVerdict.Transient, Message);

    /// <summary>Ours, however deep libraries wrapped it; null when there is none.</summary>
    public static SmtpFailure? Within(Exception? exception)
    {
        while (exception is not null and not SmtpFailure)
            exception = exception.InnerException;
        return exception as SmtpFailure;
    }
}
