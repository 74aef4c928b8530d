using Athena.Common.Text;

namespace Athena.Common.Settings;

/// <summary>A key that the daemon reads, as the reader met it: for the documentation test and for <c>check --show</c>.</summary>
/// <param name="Key">Flat, upper case.</param>
/// <param name="Default">The value used when none is given, as one would write it; null when there is none.</param>
/// <param name="IsNeeded">True when the daemon does not start without it.</param>
/// <param name="IsSecret">True when its value is never shown.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Given">What was given, wherever; null when the default holds. Do not print without looking at
/// <paramref name="IsSecret"/>.</param>
public sealed record RegisteredSetting(string Key, string? Default, bool IsNeeded, bool IsSecret, string Help, SettingValue? Given)
{
    /// <summary>The value in force, safe to show: secrets as <c>(secret)</c>, nothing as <c>(not set)</c>.</summary>
    public string Shown => Value is not { } given ? Default ?? "(not set)"
        : IsSecret || HoldsPassword(given.Text) ? "(secret)"
        : VisibleText.Escape(given.Text);

    /// <summary>Where the value in force comes from.</summary>
    public string Origin =>
        Value?.Origin ?? (Given is { } empty ? $"default; {empty.Origin} is empty, which counts as not set" : "default");

    private SettingValue? Value => string.IsNullOrWhiteSpace(Given?.Text) ? null : Given;

    /// <summary>An address can carry a password by mistake, which is a secret wherever it stands.</summary>
    internal static bool HoldsPassword(string text) => text.Contains("://", StringComparison.Ordinal) && text.Contains('@');
}
