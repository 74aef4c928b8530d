namespace Athena.Common.Notifications.Smtp;

/// <summary>A mail as it goes on the wire, before dot-stuffing.</summary>
/// <param name="MessageId">With its angle brackets.</param>
/// <param name="Bytes">RFC 5322, every line ended by CR LF; 7-bit unless written for SMTPUTF8.</param>
public sealed record WrittenMail(string MessageId, byte[] Bytes);
