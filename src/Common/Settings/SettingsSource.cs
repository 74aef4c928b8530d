using System.Collections;
using System.Text;

namespace Athena.Common.Settings;

/// <summary>
/// Everything that was set, and where. The first place that has a key wins: <c>$CREDENTIALS_DIRECTORY/key</c>, the environment,
/// <c>/etc/default/DAEMON</c>, <c>/etc/default/athena-workers</c>. Under systemd the files have become the environment already; they are
/// read only by a process that systemd did not start, so that a command sees what the service sees. An empty value counts as not set and
/// hides no other; because systemd lets <c>KEY=</c> of one file take away what the file before it said, the unit has both files as
/// credentials, too, and so can name the file and the line that a person has to mend.
/// </summary>
public sealed class SettingsSource
{
    private const int CredentialLimit = 1 << 20;

    private static readonly string[] ProxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

    /// <summary>
    /// What the templates of 0.1.0 set without having been asked. Nobody chose it, so it does not stand against what somebody wrote into
    /// the shared file: the password there would go to a server that it is not meant for.
    /// </summary>
    private static readonly Dictionary<string, string> OldPresets = new(StringComparer.Ordinal)
    {
        ["SMTP_HOST"] = "smtp.eu.mailgun.org",
        ["SMTP_PORT"] = "587",
        ["MAIL_FROM_NAME"] = "Athena Grafana",
    };

    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly string? credentials;

    /// <summary>The daemon whose files systemd has made the environment of; null where the files are read by this process.</summary>
    private string? service;

    private readonly List<(string Path, bool IsShared, IReadOnlyList<EnvironmentFileEntry> Entries)> files = [];
    private readonly List<(string Path, EnvironmentFileFinding Finding)> findings = [];

    /// <param name="environment">The process environment.</param>
    /// <param name="credentialsDirectory">systemd's <c>LoadCredential=</c> directory; null when there is none.</param>
    /// <param name="files">Environment files, the strongest first; those that do not exist are passed over.</param>
    public SettingsSource(
        IReadOnlyDictionary<string, string> environment, string? credentialsDirectory = null, params IReadOnlyList<string> files)
    {
        this.environment = environment;
        credentials = credentialsDirectory;
        foreach (var path in files)
            AddFile(path, path);
    }

    /// <summary>Lines of the files that do not mean what they seem to, with the path; unreadable files also count.</summary>
    public IReadOnlyList<(string Path, EnvironmentFileFinding Finding)> Findings => findings;

    /// <summary>
    /// A file that is there and that this user may not read; null when there is none. All that it sets would be passed over.
    /// </summary>
    public string? Refused { get; private set; }

    /// <summary>When one of the files was written last; null where that cannot be told.</summary>
    public DateTimeOffset? LastWritten() => files.Select(file => new FileInfo(file.Path)).Where(file => file.Exists)
        .Select(file => new DateTimeOffset(file.LastWriteTimeUtc)).Cast<DateTimeOffset?>().Max();

    /// <summary>
    /// What this process was given. <c>ATHENA_DEFAULTS_DIR</c> stands in for <c>/etc/default</c>, for trials without root.
    /// </summary>
    public static SettingsSource ForProcess(string daemon) => ForProcess(daemon, withShared: true);

    /// <inheritdoc cref="ForProcess(string)"/>
    /// <param name="withShared">Whether <c>/etc/default/athena-workers</c> is read, with the passwords in it.</param>
    public static SettingsSource ForProcess(string daemon, bool withShared)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");

        // systemd.exec(5): SYSTEMD_EXEC_PID is the process that systemd itself started; a shell below a unit has another id.
        var isService = environment.GetValueOrDefault("SYSTEMD_EXEC_PID") == Environment.ProcessId.ToString();
        var directory = environment.GetValueOrDefault("ATHENA_DEFAULTS_DIR", SettingsPlace.Folder);
        var credentials = environment.GetValueOrDefault("CREDENTIALS_DIRECTORY");
        var source = isService
            ? ForService(environment, credentials, daemon)
            : new SettingsSource(
                environment, credentials,
                [Path.Combine(directory, daemon), .. withShared ? (string[])[Path.Combine(directory, WorkerIdentity.Platform)] : []]);
        source.ExportProxies();
        source.ExportHome();
        return source;
    }

    /// <summary>
    /// What systemd gave a service: the environment that it made of the files, and the files themselves as credentials under their own
    /// names, which tell where a value of the environment stands.
    /// </summary>
    public static SettingsSource ForService(IReadOnlyDictionary<string, string> environment, string? credentialsDirectory, string daemon)
    {
        var source = new SettingsSource(environment, credentialsDirectory) { service = daemon };
        if (string.IsNullOrEmpty(credentialsDirectory)) return source;
        foreach (var name in (string[])[daemon, WorkerIdentity.Platform])
            source.AddFile(Path.Combine(credentialsDirectory, name), Path.Combine(SettingsPlace.Folder, name));
        return source;
    }

    /// <summary>
    /// A variable of the process that is no setting of ours (<c>STATE_DIRECTORY</c>, <c>NO_COLOR</c>); null when it is not set.
    /// </summary>
    public string? Environmental(string name) => environment.GetValueOrDefault(name);

    /// <summary>
    /// The value of <paramref name="key"/>; null when nobody set it, empty when nobody set it to anything. A credential that cannot be read
    /// is a <paramref name="problem"/>.
    /// </summary>
    public SettingValue? Find(string key, out string? problem)
    {
        var given = Places(key, out problem).ToList();
        var strongest = given.Find(value => !string.IsNullOrWhiteSpace(value.Text)) ?? given.FirstOrDefault();
        return strongest is not null && IsOldPreset(key, strongest.Text) && Shared(key) is { } shared && !HasOwnLogin ? shared : strongest;
    }

    /// <summary>
    /// What is well enough for the daemon to work and still not what somebody meant, of the keys that it reads: empty lines and presets of
    /// older templates that were passed over, a mail server and a password that do not stand together.
    /// </summary>
    public IEnumerable<SettingsRemark> Remarks(IReadOnlyCollection<string> known)
    {
        List<string> hollow = [];
        foreach (var key in known)
        {
            if (Shared(key) is not { } shared || Places(key, out _).FirstOrDefault() is not { } own || own == shared) continue;
            if (string.IsNullOrWhiteSpace(own.Text)) hollow.Add(key);
            else if (IsOldPreset(key, own.Text) && own.Text != shared.Text && !HasOwnLogin)
                yield return new SettingsRemark(
                    $"{key}={own.Text} ({own.Origin}) is what an older template said; {shared.Text} of {shared.Origin} is taken",
                    "Write down which one you mean: delete the line that is wrong.");
        }

        if (hollow.Count > 0)
            yield return new SettingsRemark(
                $"Empty lines count as not set, and what the shared file says is taken: {string.Join(", ", hollow)}",
                "Delete the empty lines, so that nobody takes them for a setting.");
        if (!known.Contains("SMTP_PASSWORD") || Find("SMTP_HOST", out _) is not { Text.Length: > 0 } host
            || Find("SMTP_PASSWORD", out _) is not { Text.Length: > 0 } password)
            yield break;
        if (password.Origin.StartsWith("credential ", StringComparison.Ordinal)
            || IsShared("SMTP_HOST", host) == IsShared("SMTP_PASSWORD", password))
            yield break;
        yield return new SettingsRemark(
            $"SMTP_HOST {host.Text} and SMTP_PASSWORD stand in two files: is the password meant for this server?",
            "Write SMTP_HOST, SMTP_USER and SMTP_PASSWORD into the same file.");
    }

    /// <summary>Every value that was given, the strongest first.</summary>
    private IEnumerable<SettingValue> Places(string key, out string? problem)
    {
        var credential = FindCredential(key, out problem);
        return All();

        IEnumerable<SettingValue> All()
        {
            if (credential is not null) yield return credential;
            if (environment.TryGetValue(key, out var value)) yield return new SettingValue(value, EnvironmentOrigin(key, value));
            foreach (var (path, _, entries) in files)
                if (entries.LastOrDefault(e => e.Key == key) is { } entry)
                    yield return new SettingValue(entry.Value, $"{path}:{entry.Line}");
        }
    }

    /// <summary>
    /// The line from which systemd took it, where the files are known: the last one that says so, as for systemd. What stands in neither
    /// was set in the unit or a drop-in of it.
    /// </summary>
    private string EnvironmentOrigin(string key, string value)
    {
        if (service is null) return "environment";
        foreach (var (path, _, entries) in files)
            if (entries.LastOrDefault(e => e.Key == key) is { } entry && entry.Value == value) return $"{path}:{entry.Line}";
        return files.Exists(file => Path.GetFileName(file.Path) == service) ? SettingsPlace.Unit : "environment";
    }

    /// <summary>What the shared file says; null when it says nothing.</summary>
    private SettingValue? Shared(string key)
    {
        var (path, _, entries) = files.Find(file => file.IsShared);
        return entries?.LastOrDefault(e => e.Key == key) is { } entry && !string.IsNullOrWhiteSpace(entry.Value)
            ? new SettingValue(entry.Value, $"{path}:{entry.Line}")
            : null;
    }

    /// <summary>In the environment of a service the files cannot be told apart, but by what they say.</summary>
    private bool IsShared(string key, SettingValue value) => Shared(key) is { } shared && shared.Text == value.Text;

    /// <summary>Who has a login of their own for the mail server has chosen that server, too.</summary>
    private bool HasOwnLogin => ((string[])["SMTP_USER", "SMTP_PASSWORD"]).Any(key =>
        Places(key, out _).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value.Text)) is { } own && !IsShared(key, own));

    private static bool IsOldPreset(string key, string value) => OldPresets.TryGetValue(key, out var preset) && value.Trim() == preset;

    /// <summary>
    /// Keys that were set but that <paramref name="known"/> lacks, where that looks like a mistake, with the nearest known key if one is
    /// near. The shared file may hold keys of other daemons, the environment anything: there only near misses and, in the environment,
    /// our prefixes count.
    /// </summary>
    public IReadOnlyList<UnknownSetting> FindUnknown(IReadOnlyCollection<string> known)
    {
        var prefixes = known.Where(k => k.Contains('_')).Select(k => k[..(k.IndexOf('_') + 1)]).ToHashSet(StringComparer.Ordinal);
        var unknown = new List<UnknownSetting>();
        foreach (var key in CredentialNames().Select(n => n.ToUpperInvariant()).Where(k => !known.Contains(k)))
            unknown.Add(new UnknownSetting(key, "credential " + key.ToLowerInvariant(), Spelling.Nearest(key, known)));

        foreach (var key in environment.Keys.Where(k => !known.Contains(k) && !IsForeign(k)))
        {
            var nearest = Spelling.Nearest(key, known);
            if (prefixes.Any(p => key.StartsWith(p, StringComparison.Ordinal)) || (nearest is not null && key.Length >= 8))
                unknown.Add(new UnknownSetting(key, EnvironmentOrigin(key, environment[key]), nearest));
        }

        foreach (var (path, isShared, entries) in files)
        {
            foreach (var entry in entries.Where(e => !known.Contains(e.Key) && !IsForeign(e.Key)))
            {
                var nearest = isShared ? Spelling.Nearest(entry.Key, known) : Spelling.Kindred(entry.Key, known);
                if (!isShared || nearest is not null)
                    unknown.Add(new UnknownSetting(entry.Key, $"{path}:{entry.Line}", nearest));
            }
        }

        return [.. unknown.DistinctBy(u => u.Key)];
    }

    /// <summary>HttpClient takes proxies from the environment itself, where for the service systemd has put them.</summary>
    private void ExportProxies()
    {
        foreach (var name in ProxyVariables.SelectMany(n => new[] { n, n.ToLowerInvariant() }))
        {
            if (!environment.ContainsKey(name) && Find(name, out _) is { } found)
                Environment.SetEnvironmentVariable(name, found.Text);
        }
    }

    /// <summary>
    /// Without a home .NET has no place for its certificate stores and every TLS connection fails. Our units set one; one that somebody
    /// wrote themselves, or a container, need not.
    /// </summary>
    private void ExportHome()
    {
        var own = (Environmental("RUNTIME_DIRECTORY") ?? Environmental("STATE_DIRECTORY"))?.Split(':')
            .FirstOrDefault(path => !CommonSettings.IsForMetrics(path));
        if (string.IsNullOrEmpty(Environmental("HOME")) && !string.IsNullOrEmpty(own))
            Environment.SetEnvironmentVariable("HOME", own);
    }

    private SettingValue? FindCredential(string key, out string? problem)
    {
        problem = null;
        if (credentials is null)
            return null;

        var name = key.ToLowerInvariant();
        var file = new FileInfo(Path.Combine(credentials, name));
        if (!file.Exists)
            return null;

        try
        {
            if (file.Length > CredentialLimit)
            {
                problem = $"the credential {name} is larger than 1 MiB";
                return null;
            }

            // echo and editors end a file with a line end that nobody means as part of a password.
            var text = File.ReadAllText(file.FullName, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return new SettingValue(text.TrimEnd('\r', '\n'), "credential " + name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            problem = $"the credential {name} cannot be read: {e.Message}";
            return null;
        }
    }

    private IEnumerable<string> CredentialNames() =>
        credentials is not null && Directory.Exists(credentials)
            ? Directory.EnumerateFiles(credentials).Select(f => Path.GetFileName(f))
                .Where(name => name != WorkerIdentity.Platform && name != service)
            : [];

    private void AddFile(string path, string shown)
    {
        if (!File.Exists(path))
            return;

        try
        {
            var file = EnvironmentFile.Parse(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
            files.Add((shown, Path.GetFileName(path) == WorkerIdentity.Platform, file.Entries));
            findings.AddRange(file.Findings.Select(f => (shown, f)));
        }
        catch (DecoderFallbackException)
        {
            findings.Add((shown, new EnvironmentFileFinding(1, null, "The file is not UTF-8: systemd refuses it.", "Save it as UTF-8.")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (e is UnauthorizedAccessException) Refused ??= shown;
            findings.Add((shown, new EnvironmentFileFinding(1, null, $"The file cannot be read: {e.Message}", "Run the command as root.")));
        }
    }

    /// <summary>Set by systemd, the login or the runtime, although the name begins like one of ours.</summary>
    private static bool IsForeign(string key) =>
        key.ToUpperInvariant() is "LOGNAME" or "MAIL" or "LOGS_DIRECTORY" or "STATE_DIRECTORY" or "RUNTIME_DIRECTORY" or "CACHE_DIRECTORY"
            or "CONFIGURATION_DIRECTORY" or "CREDENTIALS_DIRECTORY" or "NO_COLOR" or "HTTP_PROXY" or "HTTPS_PROXY" or "NO_PROXY"
            or "ALL_PROXY" or "ATHENA_DEFAULTS_DIR"
        || key.StartsWith("DOTNET_", StringComparison.Ordinal) || key.StartsWith("SUDO_", StringComparison.Ordinal);
}
