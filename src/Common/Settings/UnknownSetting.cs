using Athena.Common.Text;

namespace Athena.Common.Settings;

/// <summary>A key that was set but that the daemon does not read.</summary>
/// <param name="Key">As written.</param>
/// <param name="Origin">Where it was set.</param>
/// <param name="Nearest">The known key that was probably meant; null when none is near.</param>
public sealed record UnknownSetting(string Key, string Origin, string? Nearest)
{
    public override string ToString() =>
        $"{VisibleText.Escape(Key)} ({Origin}) is not a setting of this daemon" + (Nearest is null ? "" : $"; did you mean {Nearest}?");
}
