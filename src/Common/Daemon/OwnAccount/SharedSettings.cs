using System.Text;
using Athena.Common.Hosting;
using Athena.Common.Hosting.TakeOver;
using Athena.Common.State;

namespace Athena.Common.Daemon.OwnAccount;

/// <summary><c>/etc/default/athena-workers</c>: where the account stands for all daemons. All else in it stays, byte for byte.</summary>
internal sealed class SharedSettings(string folder)
{
    public const string UserKey = "GRAFANA_USER";
    public const string PasswordKey = "GRAFANA_PASSWORD";

    /// <summary>One byte is one sign here, whatever the file's own encoding is: what is not ours comes out as it went in.</summary>
    private static readonly Encoding Bytes = Encoding.Latin1;

    public string Path { get; } = System.IO.Path.Combine(folder, WorkerIdentity.Platform);

    /// <summary>Where <c>/etc/default</c> is for this process.</summary>
    public static SharedSettings Of(SettingsSource source) => new(source.Environmental("ATHENA_DEFAULTS_DIR") ?? "/etc/default");

    /// <summary>Whether it can be written at all, asked before anything is made that would be lost.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot.</exception>
    public void Probe() => Replace(Text());

    /// <summary>Wholly or not at all, mode 0600.</summary>
    public void Write(string user, string password) =>
        Replace(SettingsEdit.Set(Text(), [new(UserKey, user), new(PasswordKey, password)], "The daemons' own account in Grafana, made by: account create"));

    /// <summary>Settings of single daemons that would win over these, as <c>FILE:LINE KEY</c>.</summary>
    public IReadOnlyList<string> Shadowing() =>
    [
        .. Directory.EnumerateFiles(folder, "grafana-*").Order(StringComparer.Ordinal).SelectMany(file =>
            EnvironmentFile.Parse(File.ReadAllText(file)).Entries
                .Where(entry => entry.Key is UserKey or PasswordKey or "GRAFANA_TOKEN")
                .Select(entry => $"{file}:{entry.Line} {entry.Key}")),
    ];

    private string Text() => File.Exists(Path) ? File.ReadAllText(Path, Bytes) : "";

    private void Replace(string text)
    {
        Directory.CreateDirectory(folder);

        // Somebody may keep the file elsewhere and link to it.
        var target = File.Exists(Path) ? new FileInfo(Path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path : Path;
        PrivateFile.Replace(target, Bytes.GetBytes(text));
    }
}
