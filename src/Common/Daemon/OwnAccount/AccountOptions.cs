namespace Athena.Common.Daemon.OwnAccount;

/// <summary>What a person gave to <c>account create</c> or <c>account repair</c>.</summary>
/// <param name="User">Login of a server admin; null asks.</param>
/// <param name="PasswordFile">A file whose first line is the password; <c>-</c> is standard input; null asks.</param>
/// <param name="Replace">Make an account although the settings name one.</param>
/// <param name="Pause">Between the two looks whether it is still enabled.</param>
internal sealed record AccountOptions(string? User, string? PasswordFile, bool Replace, TimeSpan Pause);
