using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Telemetry;

namespace Athena.Common.Notify.Channels;

/// <summary>Something happened to a message that the audit and the sysadmin should know: said on change, not per attempt.</summary>
/// <param name="Channel">By its name.</param>
/// <param name="Key">The notification's key.</param>
/// <param name="Recipient">Whom it concerns.</param>
/// <param name="Verdict">Accepted, transient (first failure, or another reason than before), permanent.</param>
/// <param name="Detail">"accepted by HOST at T, 250 …", or what went wrong and what to do.</param>
/// <param name="GaveUp">True when nothing further will be tried for this recipient although it was never accepted.</param>
public sealed record DeliveryReport(string Channel, string Key, string Recipient, DeliveryVerdict Verdict, string Detail, bool GaveUp)
{
    /// <summary>It is about a mail.</summary>
    public bool IsMail => Channel == MailChannel.ChannelName;

    /// <summary>What it is about, at the head of a sentence.</summary>
    public string What => IsMail ? $"Mail {Key} to {Recipient}" : $"{Channel} message {Key}";

    /// <summary>In words for the audit: accepted, given up, refused, not yet.</summary>
    public string Outcome => this switch
    {
        { Verdict: DeliveryVerdict.Accepted } => "accepted",
        { GaveUp: true } => "given up",
        { Verdict: DeliveryVerdict.Permanent } => "refused",
        _ => "not yet",
    };
}

/// <summary>The journal's events for what goes to programs.</summary>
public static class ProgramEvents
{
    /// <summary>It was taken.</summary>
    /// <param name="channel">By its name.</param>
    public static EventKind Taken(string channel) =>
        channel == TicketChannel.ChannelName ? HostEvents.TicketTaken : HostEvents.WebhookTaken;

    /// <summary>It was not.</summary>
    /// <param name="channel">By its name.</param>
    public static EventKind Trouble(string channel) =>
        channel == TicketChannel.ChannelName ? HostEvents.TicketTrouble : HostEvents.WebhookTrouble;
}
