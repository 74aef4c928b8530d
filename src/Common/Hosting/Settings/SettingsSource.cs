using System.Collections;
using System.Text;

namespace Athena.Common.Hosting;

/// <summary>
/// Everything that was set, and where. The first place that has a key wins: <c>$CREDENTIALS_DIRECTORY/key</c>, the environment,
/// <c>/etc/default/DAEMON</c>, <c>/etc/default/athena-workers</c>. Under systemd the files have become the environment already; they are
/// read only by a process that systemd did not start, so that a command sees what the service sees.
/// </summary>
public sealed class SettingsSource
{
    private const int CredentialLimit = 1 << 20;

    private static readonly string[] ProxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly string? credentials;
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
            AddFile(path);
    }

    /// <summary>Lines of the files that do not mean what they seem to, with the path; unreadable files also count.</summary>
    public IReadOnlyList<(string Path, EnvironmentFileFinding Finding)> Findings => findings;

    /// <summary>What this process was given. <c>ATHENA_DEFAULTS_DIR</c> stands in for <c>/etc/default</c>, for trials without root.</summary>
    public static SettingsSource ForProcess(string daemon)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");

        // systemd.exec(5): SYSTEMD_EXEC_PID is the process that systemd itself started; a shell below a unit has another id.
        var isService = environment.GetValueOrDefault("SYSTEMD_EXEC_PID") == Environment.ProcessId.ToString();
        var directory = environment.GetValueOrDefault("ATHENA_DEFAULTS_DIR", "/etc/default");
        var source = new SettingsSource(
            environment,
            environment.GetValueOrDefault("CREDENTIALS_DIRECTORY"),
            isService ? [] : [Path.Combine(directory, daemon), Path.Combine(directory, WorkerIdentity.Platform)]);
        source.ExportProxies();
        source.ExportHome();
        return source;
    }

    /// <summary>A variable of the process that is no setting of ours (<c>STATE_DIRECTORY</c>, <c>NO_COLOR</c>); null when it is not set.</summary>
    public string? Environmental(string name) => environment.GetValueOrDefault(name);

    /// <summary>
    /// The value of <paramref name="key"/>; null when nobody set it. An empty value is one: it hides weaker places.
    /// A credential that cannot be read is a <paramref name="problem"/>.
    /// </summary>
    public SettingValue? Find(string key, out string? problem)
    {
        problem = null;
        if (FindCredential(key, out problem) is { } credential)
            return credential;
        if (environment.TryGetValue(key, out var value))
            return new SettingValue(value, "environment");

        foreach (var (path, _, entries) in files)
        {
            if (entries.LastOrDefault(e => e.Key == key) is { } entry)
                return new SettingValue(entry.Value, $"{path}:{entry.Line}");
        }

        return null;
    }

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
                unknown.Add(new UnknownSetting(key, "environment", nearest));
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
    /// wrote himself, or a container, need not.
    /// </summary>
    private void ExportHome()
    {
        var own = (Environmental("RUNTIME_DIRECTORY") ?? Environmental("STATE_DIRECTORY"))?.Split(':')[0];
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
        credentials is not null && Directory.Exists(credentials) ? Directory.EnumerateFiles(credentials).Select(f => Path.GetFileName(f)) : [];

    private void AddFile(string path)
    {
        if (!File.Exists(path))
            return;

        try
        {
            var file = EnvironmentFile.Parse(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
            files.Add((path, Path.GetFileName(path) == WorkerIdentity.Platform, file.Entries));
            findings.AddRange(file.Findings.Select(f => (path, f)));
        }
        catch (DecoderFallbackException)
        {
            findings.Add((path, new EnvironmentFileFinding(1, null, "The file is not UTF-8: systemd refuses it.", "Save it as UTF-8.")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add((path, new EnvironmentFileFinding(1, null, $"The file cannot be read: {e.Message}", "Run the command as root.")));
        }
    }

    /// <summary>Set by systemd, the login or the runtime, although the name begins like one of ours.</summary>
    private static bool IsForeign(string key) =>
        key.ToUpperInvariant() is "LOGNAME" or "MAIL" or "LOGS_DIRECTORY" or "STATE_DIRECTORY" or "RUNTIME_DIRECTORY" or "CACHE_DIRECTORY"
            or "CONFIGURATION_DIRECTORY" or "CREDENTIALS_DIRECTORY" or "NO_COLOR" or "HTTP_PROXY" or "HTTPS_PROXY" or "NO_PROXY"
            or "ALL_PROXY" or "ATHENA_DEFAULTS_DIR"
        || key.StartsWith("DOTNET_", StringComparison.Ordinal);
}
