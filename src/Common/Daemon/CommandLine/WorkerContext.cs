using System.Text;
using Athena.Common.Daemon.Control;
using Athena.Common.Files;
using Athena.Common.GrafanaLog.Sources;
using Athena.Common.Kpis;
using Athena.Common.Settings;
using Athena.Common.State;
using Athena.Common.State.AuditCopies;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>What a command of a daemon works with. Settings are read when they are first asked for.</summary>
public sealed class WorkerContext<TSettings> : IDisposable
{
    private const int MostKpis = 1024 * 1024;

    private readonly Lazy<ILoggerFactory> logging;
    private readonly Func<SettingsReader, TSettings> read;
    private (SettingsReader Reader, CommonSettings Common, TSettings Settings)? settings;
    private HeldDirectory? state;
    private HeldDirectory? control;
    private ZoneText? zone;

    internal WorkerContext(
        WorkerIdentity identity, Func<SettingsReader, TSettings> read, SettingsSource source, bool isDryRun, string output,
        TextWriter writer, TextWriter error, TimeProvider time)
    {
        this.read = read;
        Identity = identity;
        Source = source;
        Output = output;
        Out = writer;
        Error = error;
        Time = time;
        var common = CommonSettings.Read(new SettingsReader(source), identity);
        Common = isDryRun ? common with { DryRun = true } : common;
        logging = new Lazy<ILoggerFactory>(() => WorkerLogging.Create(identity, Common));
    }

    public WorkerIdentity Identity { get; }

    public SettingsSource Source { get; }

    /// <summary>Settings that each daemon has, <c>--dry-run</c> included; faulty ones have their defaults here.</summary>
    public CommonSettings Common { get; private set; }

    /// <summary><c>--output json</c>.</summary>
    public bool IsJson => Output == "json";

    /// <summary>As <c>--output</c> says it: text, json, or what else the daemon knows.</summary>
    public string Output { get; }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public TimeProvider Time { get; }

    public ILoggerFactory Logging => logging.Value;

    /// <summary>Times as this host's people read them, by <c>TIMEZONE</c>.</summary>
    public ZoneText Zone => zone ??= ZoneSetting.Text(Source);

    /// <summary>Where the audit of this installation is copied to.</summary>
    /// <param name="connection"><c>AUDIT_DATABASE</c>.</param>
    /// <param name="installation">Its id; null to look it up.</param>
    internal AuditDatabaseOptions AuditDatabase(string connection, string? installation = null) => new(
        connection, Identity.Daemon, installation ?? Installation.Peek(Common.StateDirectory).Id, Common.TenantId, Common.AuditKeep);

    /// <summary>
    /// A command whose answer tells all that went wrong logs nothing beside it; only who sets LOG_LEVEL=debug wants both.
    /// </summary>
    internal void LogNothing()
    {
        if (Common.LogLevel > LogLevel.Debug) Common = Common with { LogLevel = LogLevel.Critical };
    }

    /// <summary>The daemon's settings.</summary>
    /// <exception cref="ConfigurationException">They are faulty; it tells every fault.</exception>
    public TSettings Settings
    {
        get
        {
            var (reader, _, value) = ReadAll();
            reader.ThrowIfFaulty();
            return value;
        }
    }

    /// <summary>All keys, problems and unknown keys, whether faulty or not.</summary>
    public SettingsReader Reader => ReadAll().Reader;

    /// <summary>
    /// Asks the running daemon; null when none runs. What answers may be anything that has got hold of the daemon's place, so all of it is
    /// made visible here.
    /// </summary>
    public async Task<ControlReply?> AskAsync(ControlRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        BecomeOwnerOf(ref control, ControlDirectory);
        if (control is not null && Privileges.AreGivenUp && Kernel.Reach(control.Path) != 0)
            Common = Common with { ControlSocket = Path.Combine(Named(control), Path.GetFileName(Common.ControlSocket)) };
        return await ControlClient.SendAsync(Common.ControlSocket, request, timeout, Time, cancel).ConfigureAwait(false) is { } reply
            ? reply.ToVisible()
            : null;
    }

    /// <summary>
    /// Another daemon's part of the key figures of the last month, as that wrote it beside its metrics; null where there is none.
    /// </summary>
    public KpiPart? KpisOf(string daemon)
    {
        if (Path.GetDirectoryName(Common.MetricsDirectory) is not { } parent) return null;
        try
        {
            // The folder is the other daemon's own: no link there is followed, and no pipe waited for.
            return LibC.ReadOrdinary(Path.Combine(parent, daemon, KpiPart.FileName), MostKpis) is { } bytes
                ? KpiPart.Parse(Encoding.UTF8.GetString(bytes))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Prints an answer as <c>--output</c> wants it, and gives its exit code.</summary>
    public int Print(ControlReply reply)
    {
        if (IsJson)
            Out.WriteLine(reply.Json ?? reply.TextAsJson());
        else
            (reply.ExitCode == ExitCode.Ok ? Out : Error).WriteLine(reply.Text.TrimEnd('\n'));
        return reply.ExitCode;
    }

    /// <summary>
    /// Root becomes the owner of the state directory; from here on it can do no more than that owner. Settings are read before, and what
    /// root named on the command line is to be opened before. Nothing to do for anybody else, but to be told so where only root may read.
    /// </summary>
    /// <exception cref="NotPermittedException">Not permitted: to this user, or because others than one owner have a hand in the
    /// directory.</exception>
    /// <exception cref="IOException">Root could not give itself up.</exception>
    /// <param name="toAsk">See <see cref="ActsAs.Asker"/>.</param>
    public void BecomeOwner(bool toAsk = false)
    {
        if (!Privileges.AreRoots && !Privileges.AreGivenUp) DemandReadable();
        if (Privileges.AreRoots)
        {
            control ??= HeldDirectory.Open(ControlDirectory);
            state ??= HeldDirectory.Open(Common.StateDirectory);
        }

        if (toAsk && control is not null
            && Kernel.StatusOf(Path.Combine(control.AccessPath, Path.GetFileName(Common.ControlSocket))) is not null)
            BecomeOwnerOf(ref control, ControlDirectory);
        BecomeOwnerOf(ref state, Common.StateDirectory);

        // Below private/ only root may go; the handle leads there all the same.
        if (state is not null && Privileges.AreGivenUp && Kernel.Reach(Common.StateDirectory) != 0)
            Common = Common with { StateDirectory = Named(state) };
    }

    /// <summary>Whether <see cref="BecomeOwner"/> would make another user of this process.</summary>
    internal bool IsSomebodyElses => Privileges.AreRoots && !OwnerOf(ref state, Common.StateDirectory).IsRoot;

    /// <summary>Where root itself is to write, the daemon's user must have nothing to say.</summary>
    /// <exception cref="NotPermittedException">It has.</exception>
    internal void DemandOutOfReach(string directory)
    {
        using var found = HeldDirectory.Open(directory);
        if (found is null || found.Owner.IsRoot) return;
        if (found.Owner.User == OwnerOf(ref state, Common.StateDirectory).User
            || found.Owner.User == OwnerOf(ref control, ControlDirectory).User)
            throw new NotPermittedException(directory,
                $"{directory} belongs to the user of {Identity.Daemon}, who could lead root elsewhere there: take another folder.");
    }

    private string ControlDirectory => Path.GetDirectoryName(Common.ControlSocket)!;

    private void BecomeOwnerOf(ref HeldDirectory? held, string path)
    {
        if (!Privileges.AreRoots || OwnerOf(ref held, path) is not { IsRoot: false } owner) return;
        _ = Reader;
        _ = CommandUser.Name;
        Privileges.GiveUp(owner, LogGroups.Of(LogSetting.Read(new SettingsReader(Source))));
    }

    /// <summary>Of what is not there yet: whoever owns the nearest directory above it.</summary>
    private static Owner OwnerOf(ref HeldDirectory? held, string path)
    {
        held ??= HeldDirectory.Open(path);
        if (held is not null) return held.Owner;
        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            using var found = HeldDirectory.Open(above);
            if (found is not null) return found.Owner;
        }

        return default;
    }

    private static string Named(HeldDirectory directory)
    {
        ShownPaths.Add(directory);
        return directory.AccessPath;
    }

    /// <summary>A directory that may not be read must not pass for an empty one, nor for none.</summary>
    private void DemandReadable()
    {
        try
        {
            if (Kernel.Reach(Common.StateDirectory) == Kernel.AccessDenied) throw new NotPermittedException(Common.StateDirectory);
            if (Directory.Exists(Common.StateDirectory)) _ = Directory.EnumerateFileSystemEntries(Common.StateDirectory).Any();
        }
        catch (Exception e) when (e is UnauthorizedAccessException and not NotPermittedException)
        {
            throw new NotPermittedException(Common.StateDirectory);
        }
    }

    public void Dispose()
    {
        if (logging.IsValueCreated)
            logging.Value.Dispose();
        state?.Dispose();
        control?.Dispose();
    }

    private (SettingsReader Reader, CommonSettings Common, TSettings Settings) ReadAll()
    {
        if (settings is { } known)
            return known;

        var reader = new SettingsReader(Source);
        var common = CommonSettings.Read(reader, Identity);
        var fresh = (reader, common, read(reader));
        settings = fresh;
        return fresh;
    }
}
