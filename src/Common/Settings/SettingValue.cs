namespace Athena.Common.Settings;

/// <summary>A value and where it comes from.</summary>
/// <param name="Text">As written, without quotes.</param>
/// <param name="Origin"><c>credential smtp_password</c>, <c>environment</c>, or <c>/etc/default/athena-workers:12</c>.</param>
public sealed record SettingValue(string Text, string Origin);
