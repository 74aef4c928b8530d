using System.Globalization;
using Athena.Common.Text;

namespace Athena.Common.Settings;

/// <summary>
/// Reads settings one by one and remembers each key with its help, and each fault, so that all faults are told at once. A faulty or
/// missing value gives the default, or an empty one: ask <see cref="Problems"/> (or call <see cref="ThrowIfFaulty"/>) before using any.
/// An empty value counts as not set.
/// </summary>
public sealed class SettingsReader(SettingsSource source)
{
    private readonly List<SettingsProblem> problems = [];
    private readonly List<SettingsRemark> remarks = [];
    private readonly Dictionary<string, RegisteredSetting> registered = new(StringComparer.Ordinal);

    public SettingsSource Source => source;

    /// <summary>Every fault found so far.</summary>
    public IReadOnlyList<SettingsProblem> Problems => problems;

    /// <summary>Every key read so far, in the order of reading.</summary>
    public IReadOnlyCollection<RegisteredSetting> Registered => registered.Values;

    /// <summary>Set, but read by nobody: to be asked when everything has been read.</summary>
    public IReadOnlyList<UnknownSetting> Unknown => source.FindUnknown(registered.Keys);

    /// <summary>What works and should be put right all the same: to be asked when everything has been read.</summary>
    public IReadOnlyList<SettingsRemark> Remarks => [.. source.Remarks(registered.Keys), .. remarks];

    /// <summary>Whether a key that was read has a value of its own, and not its default.</summary>
    public bool IsGiven(string key) => Given(key) is not null;

    /// <summary>The value of a key that was read; null where nobody set it to anything, and its default holds.</summary>
    private SettingValue? Given(string key) =>
        registered.GetValueOrDefault(key)?.Given is { } given && !string.IsNullOrWhiteSpace(given.Text) ? given : null;

    /// <summary>The file in which a person mends these keys: where those of them stand that were given, else the daemon's own.</summary>
    public string PlaceOf(string daemon, params IEnumerable<string> keys) =>
        SettingsPlace.Of(daemon, keys.Select(Given).Where(given => given is not null).Select(given => given!.Origin));

    /// <exception cref="ConfigurationException">There is a fault; it carries all of them.</exception>
    public void ThrowIfFaulty()
    {
        if (problems.Count > 0)
            throw new ConfigurationException([.. problems]);
    }

    /// <summary>Adds a fault that a single key does not show, such as two keys that exclude each other.</summary>
    public void Refuse(string key, string reason)
    {
        registered.TryGetValue(key, out var setting);
        problems.Add(new SettingsProblem(
            key,
            reason,
            setting is { IsSecret: false, Given: { } given } && !RegisteredSetting.HoldsPassword(given.Text) ? given.Text : null,
            setting?.Given?.Origin));
    }

    /// <summary>Adds something that works and should be put right all the same.</summary>
    public void Remark(SettingsRemark remark) => remarks.Add(remark);

    /// <summary>Reads what the daemon can do without: each fault in it is a remark and no problem.</summary>
    /// <param name="read">Reads it; what it made is not to be used where there was a fault.</param>
    /// <param name="until">What is so until it is put right, a sentence.</param>
    /// <returns>Whether there was none.</returns>
    public bool TryRead(Action read, string until)
    {
        var before = problems.Count;
        read();
        var faults = problems[before..];
        problems.RemoveRange(before, faults.Count);
        remarks.AddRange(faults.Select(fault => new SettingsRemark(fault.ToString(), until)));
        return faults.Count == 0;
    }

    /// <summary>The text given, or null.</summary>
    public string? Text(string key, string help) => Find(key, null, false, false, help)?.Text;

    /// <summary>The text given, or the default.</summary>
    public string Text(string key, string @default, string help) => Find(key, @default, false, false, help)?.Text ?? @default;

    /// <summary>A text that must be given; empty, with a problem, when it is not.</summary>
    public string Required(string key, string help) => Find(key, null, true, false, help)?.Text ?? "";

    /// <summary>A text that is never shown; null when it is not given (a problem if <paramref name="needed"/>).</summary>
    public string? Secret(string key, string help, bool needed = false) => Find(key, null, needed, true, help)?.Text;

    /// <summary>A duration with units, see <see cref="Time.Duration"/>.</summary>
    public TimeSpan Duration(string key, string @default, string help, TimeSpan? min = null, TimeSpan? max = null) =>
        Read(key, @default, help, (string text, out TimeSpan value) =>
        {
            if (!Time.Duration.TryParse(text, out value, out var reason))
                return reason;
            return value < min ? $"must be at least {Time.Duration.Write(min.Value)}"
                : value > max ? $"must be at most {Time.Duration.Write(max.Value)}"
                : null;
        });

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int Number(string key, int @default, string help, int min = 0, int max = int.MaxValue) =>
        Read(key, @default.ToString(CultureInfo.InvariantCulture), help, (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max
                ? null
                : $"must be a whole number from {min} to {max}");

    /// <summary>yes or no; also true, false, on, off, 1 and 0, in any case.</summary>
    public bool YesNo(string key, bool @default, string help) =>
        Read(key, @default ? "yes" : "no", help, (string text, out bool value) =>
        {
            value = text.ToLowerInvariant() is "yes" or "true" or "on" or "1";
            return value || text.ToLowerInvariant() is "no" or "false" or "off" or "0" ? null : "must be yes or no";
        });

    /// <summary>An absolute address with one of <paramref name="schemes"/>, without user, query or fragment.</summary>
    public Uri Uri(string key, string @default, string help, params string[] schemes) =>
        Read(key, @default, help, (string text, out Uri value) => CheckUri(text, schemes, out value));

    /// <summary>As <see cref="Uri"/>, but null when it is not given.</summary>
    public Uri? OptionalUri(string key, string help, params string[] schemes) =>
        Read(key, null, help, (string text, out Uri value) => CheckUri(text, schemes, out value));

    /// <summary>One of <paramref name="allowed"/>, in any case; given back as it stands there.</summary>
    public string Choice(string key, string @default, string help, params string[] allowed) =>
        Read(key, @default, help, (string text, out string value) =>
        {
            value = allowed.FirstOrDefault(a => a.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? @default;
            return allowed.Contains(text, StringComparer.OrdinalIgnoreCase) ? null : $"must be one of {string.Join(", ", allowed)}";
        })!;

    /// <summary>Comma separated, white space round each item dropped, empty items dropped; the default may be empty.</summary>
    public IReadOnlyList<string> List(string key, string @default, string help, bool needed = false, params string[] allowed)
    {
        var given = Find(key, @default.Length == 0 ? null : @default, needed, false, help);
        var items = (given?.Text ?? @default).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (needed && given is not null && items.Length == 0)
            Refuse(key, "holds nothing but commas");
        if (allowed.Length > 0 && Array.Find(items, i => !allowed.Contains(i, StringComparer.Ordinal)) is { } stranger)
            Refuse(key, $"\"{VisibleText.Escape(stranger)}\" is not one of {string.Join(", ", allowed)}");
        return items;
    }

    /// <summary>
    /// An absolute path: the setting, else what systemd made and tells in <paramref name="variable"/> (the first of those that are not for
    /// metrics; newer versions tell of them in the order of their names: systemd.exec(5), RuntimeDirectory=), else the usual place.
    /// </summary>
    public string Directory(string key, string variable, string @default, string help)
    {
        var path = Read(key, @default, help, (string text, out string value) =>
        {
            value = text;
            return Path.IsPathRooted(text) ? null : "must be an absolute path";
        });
        var made = source.Environmental(variable)?.Split(':').FirstOrDefault(path => !CommonSettings.IsForMetrics(path));
        if (registered[key].Given is not null || string.IsNullOrEmpty(made))
            return path;

        registered[key] = registered[key] with { Given = new SettingValue(made, variable) };
        return made;
    }

    /// <summary>
    /// An absolute path: the setting, else the one of those that systemd made and tells in <paramref name="variable"/> which is for
    /// metrics; null where there is neither.
    /// </summary>
    public string? MetricsDirectory(string key, string variable, string help)
    {
        var given = Text(key, help);
        if (given is not null)
        {
            if (!Path.IsPathRooted(given)) Refuse(key, "must be an absolute path");
            return given;
        }

        var made = source.Environmental(variable)?.Split(':').FirstOrDefault(CommonSettings.IsForMetrics);
        if (made is not null) registered[key] = registered[key] with { Given = new SettingValue(made, variable) };
        return made;
    }

    /// <summary>What is made of the content of a file that the setting names by its absolute path.</summary>
    /// <param name="mostBytes">Of a longer file one byte more than this is read, so that the check can tell.</param>
    public T? FileContent<T>(string key, string help, int mostBytes, CheckContent<T> check)
        where T : class =>
        Read<T?>(key, null, help, (string text, out T? value) =>
        {
            value = null;
            if (!Path.IsPathRooted(text)) return "must be an absolute path";
            try
            {
                using var file = File.OpenRead(text);
                var content = new byte[Math.Min(file.Length, mostBytes + 1L)];
                file.ReadExactly(content);
                return check(content, out value);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return $"cannot be read: {fault.Message}";
            }
        });

    /// <summary>Checks the content of a file; null when it is right, otherwise what would be.</summary>
    public delegate string? CheckContent<T>(byte[] content, out T? value)
        where T : class;

    /// <summary>Checks one value that was given; null when it is right, otherwise what would be. Never sees an empty one.</summary>
    public delegate string? Check<T>(string text, out T value);

    /// <summary>A value of any type that can be read from text, for what only one daemon knows.</summary>
    /// <param name="default">Must pass <paramref name="check"/>; null when there is none, then the result is <c>default(T)</c>.</param>
    public T Read<T>(string key, string? @default, string help, Check<T> check)
    {
        if (Find(key, @default, false, false, help) is { } given)
        {
            var reason = check(given.Text, out var value);
            if (reason is null)
                return value;
            problems.Add(new SettingsProblem(key, reason, RegisteredSetting.HoldsPassword(given.Text) ? null : given.Text, given.Origin));
        }

        if (@default is null)
            return default!;
        var fault = check(@default, out var preset);
        return fault is null ? preset : throw new InvalidOperationException($"The default of {key}, {@default}, {fault}.");
    }

    private SettingValue? Find(string key, string? @default, bool needed, bool secret, string help)
    {
        var given = source.Find(key, out var problem);
        registered[key] = new RegisteredSetting(key, @default, needed, secret, help, given);
        if (problem is not null)
            problems.Add(new SettingsProblem(key, problem));
        else if (needed && string.IsNullOrWhiteSpace(given?.Text))
            problems.Add(new SettingsProblem(
                key, given is null ? $"is needed: {help}" : $"is empty, but needed: {help}", null, given?.Origin));
        return string.IsNullOrWhiteSpace(given?.Text) ? null : secret ? given : given with { Text = given.Text.Trim() };
    }

    private static string? CheckUri(string text, string[] schemes, out Uri value)
    {
        var allowed = schemes.Length == 0 ? ["http", "https"] : schemes;
        if (!System.Uri.TryCreate(text, UriKind.Absolute, out value!) || !allowed.Contains(value.Scheme))
            return $"must be an address that begins with {string.Join(" or ", allowed.Select(s => s + "://"))}";
        return value.UserInfo.Length > 0 ? "must not hold a user or a password"
            : value.Query.Length > 0 || value.Fragment.Length > 0 ? "must not hold ? or #"
            : null;
    }
}

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

/// <summary>A value and where it comes from.</summary>
/// <param name="Text">As written, without quotes.</param>
/// <param name="Origin"><c>credential smtp_password</c>, <c>environment</c>, or <c>/etc/default/athena-workers:12</c>.</param>
public sealed record SettingValue(string Text, string Origin);

/// <summary>Something about the settings that does not keep the daemon from its work, and that somebody should put right.</summary>
/// <param name="What">What was found and what is done about it; no secret in it.</param>
/// <param name="Remedy">What to write down.</param>
public sealed record SettingsRemark(string What, string Remedy);

/// <summary>A key that was set but that the daemon does not read.</summary>
/// <param name="Key">As written.</param>
/// <param name="Origin">Where it was set.</param>
/// <param name="Nearest">The known key that was probably meant; null when none is near.</param>
public sealed record UnknownSetting(string Key, string Origin, string? Nearest)
{
    public override string ToString() =>
        $"{VisibleText.Escape(Key)} ({Origin}) is not a setting of this daemon" + (Nearest is null ? "" : $"; did you mean {Nearest}?");
}
