namespace Athena.Compliance.CommandLine.Explain;

/// <summary>What became of a mail for one of its recipients.</summary>
/// <param name="Mail">The mail's key: <c>report/AC-20261120T0800Z</c>.</param>
/// <param name="Words"><c>accepted by mail.example.org: 250 2.0.0 Ok</c>. The server's words are hostile text.</param>
internal sealed record DeliveryNote(string Mail, string Recipient, DateTimeOffset At, string Words);
