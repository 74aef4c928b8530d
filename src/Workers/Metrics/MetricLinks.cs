using System.Text;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.Telemetry.Metrics;
using Athena.Common.Text;

namespace Athena.Workers.Metrics;

/// <summary>
/// <c>athena-workers metrics</c>: a link for each daemon in the folder from which node_exporter reads, and what the daemons write.
/// </summary>
/// <param name="daemons">Those that are installed.</param>
/// <param name="source">Where the file of a daemon is, by its name.</param>
internal sealed class MetricLinks(IReadOnlyList<string> daemons, Func<string, string> source, TimeProvider time)
{
    /// <summary>Where Debian's node_exporter looks.</summary>
    public const string Folder = "/var/lib/prometheus/node-exporter";

    /// <summary>So much is written seldom; more is none of ours.</summary>
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Four rounds of <see cref="MetricWriter"/>.</summary>
    private static readonly TimeSpan Old = 4 * MetricWriter.Interval;

    /// <summary>Makes the links that are missing. What else lies there under such a name is left alone.</summary>
    /// <returns>One of <see cref="ExitCode"/>: a fault where one could not be made.</returns>
    public int Enable(string folder, TextWriter output, TextWriter error)
    {
        if (!Directory.Exists(folder))
        {
            error.WriteLine(
                $"There is no folder {VisibleText.Escape(folder)}. Install node_exporter (sudo apt install prometheus-node-exporter), or "
                + "name the folder that it reads (--collector.textfile.directory): athena-workers metrics enable --folder FOLDER");
            return ExitCode.Fault;
        }

        return Each(folder, error, (daemon, link) =>
        {
            if (IsOurs(link, daemon)) output.WriteLine($"{daemon}: linked already, {link}");
            else if (LibC.Exists(link))
            {
                error.WriteLine($"{daemon}: {link} is something else than our link. Look what it is, move it away, then enable again.");
                return ExitCode.Fault;
            }
            else
            {
                File.CreateSymbolicLink(link, source(daemon));
                output.WriteLine(
                    $"{daemon}: linked, {link}"
                    + (File.Exists(source(daemon)) ? "" : ". It writes nothing yet: start it, or start it anew after the update."));
            }

            return ExitCode.Ok;
        });
    }

    /// <summary>Takes our links away, and nothing else.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public int Disable(string folder, TextWriter output, TextWriter error) => Each(folder, error, (daemon, link) =>
    {
        var isThere = IsOurs(link, daemon);
        if (isThere) File.Delete(link);
        output.WriteLine(isThere ? $"{daemon}: {link} is taken away" : $"{daemon}: not linked");
        return ExitCode.Ok;
    });

    /// <summary>What each writes now: a sentence about it as a comment, then its lines.</summary>
    /// <returns>A fault where one of them writes nothing, or has not for a while.</returns>
    public int Show(string folder, TextWriter output)
    {
        var code = ExitCode.Ok;
        foreach (var daemon in daemons)
        {
            var (path, link) = (source(daemon), LinkOf(folder, daemon));
            var linked = IsOurs(link, daemon) ? $"linked as {link}" : "not linked: sudo athena-workers metrics enable";
            if (Read(path) is not { } text)
            {
                code = ExitCode.Fault;
                output.WriteLine($"# {daemon}: writes nothing, is it running? {path}; {linked}");
                continue;
            }

            var age = time.GetUtcNow() - new FileInfo(path).LastWriteTimeUtc;
            if (age > Old) code = ExitCode.Fault;
            output.WriteLine(FormattableString.Invariant($"# {daemon}: written {age.TotalSeconds:F0} s ago, {path}; {linked}"));
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) output.WriteLine(VisibleText.Escape(line));
        }

        return code;
    }

    /// <summary>The worst of what is done for each of them.</summary>
    private int Each(string folder, TextWriter error, Func<string, string, int> act)
    {
        try
        {
            return daemons.Select(daemon => act(daemon, LinkOf(folder, daemon))).DefaultIfEmpty(ExitCode.Ok).Max();
        }
        catch (UnauthorizedAccessException)
        {
            error.WriteLine($"Only root may change {folder}: use sudo.");
            return ExitCode.NotPermitted;
        }
        catch (IOException e)
        {
            error.WriteLine(e.Message);
            return ExitCode.Fault;
        }
    }

    private static string LinkOf(string folder, string daemon) => Path.Combine(folder, $"athena-{daemon}.prom");

    private bool IsOurs(string link, string daemon) => new FileInfo(link).LinkTarget == source(daemon);

    /// <summary>The daemon's folder is its own: root follows no link there and waits for no pipe.</summary>
    private static string? Read(string path)
    {
        try
        {
            return LibC.ReadOrdinary(path, MostBytes) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
