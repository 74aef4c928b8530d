using System.Reflection;
using System.Runtime.InteropServices;

namespace Athena.Common.Settings;

/// <summary>Who this daemon is: for logs, paths, help and the audit.</summary>
/// <param name="Daemon">The name of the binary, the unit and <c>/etc/default/…</c>: <c>grafana-auto-disable</c>.</param>
/// <param name="Component">The short name in logs and in our Referer: <c>auto-disable</c>.</param>
/// <param name="Summary">One sentence for <c>--help</c>.</param>
public sealed record WorkerIdentity(string Daemon, string Component, string Summary)
{
    /// <summary>The platform that all daemons belong to.</summary>
    public const string Platform = "athena-workers";

    /// <summary>Signs of a commit that name it among all that there are.</summary>
    private const int CommitLength = 9;

    /// <summary>Version of the entry assembly: <c>0.1.0</c>, with a commit behind a plus sign if the build knew one.</summary>
    public static string Version { get; } =
        (Assembly.GetEntryAssembly() ?? typeof(WorkerIdentity).Assembly)
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>The same for people, with as much of the commit as names it.</summary>
    public static string ShortVersion { get; } = Short(Version);

    /// <summary>For example <c>.NET 10.0.12 on linux-x64</c>.</summary>
    public static string Runtime { get; } = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}";

    private static string Short(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus && version.Length > plus + 1 + CommitLength
            ? version[..(plus + 1 + CommitLength)]
            : version;
}
