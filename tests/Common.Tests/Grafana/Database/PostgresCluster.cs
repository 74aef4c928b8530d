using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Athena.Common.Tests.Notify;
using Athena.Tests.Shared;
using Npgsql;

namespace Athena.Common.Tests.Grafana.Database;

/// <summary>
/// A PostgreSQL of our own in a temporary directory, with TLS by a certificate for 127.0.0.1. The system's one is neither used nor
/// touched. Started by the first test that needs it, stopped by <see cref="End"/> after the last.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class PostgresCluster : IDisposable
{
    private static readonly Dictionary<string, PostgresCluster> Running = [];

    private readonly TestAuthority authority = new();
    private readonly string folder = Directory.CreateTempSubdirectory("athena-pg-").FullName;
    private readonly string programs;
    private readonly bool isFetched;
    private readonly Process end;
    private readonly SemaphoreSlim turn = new(1);
    private int databases;
    private string? template;

    private PostgresCluster(string programs, bool isFetched)
    {
        (this.programs, this.isFetched) = (programs, isFetched);
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        using (var certificate = authority.Issue())
        {
            File.WriteAllText(Path.Combine(folder, "server.crt"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "server.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        File.SetUnixFileMode(Path.Combine(folder, "server.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (Environment.UserName == "root") Tool.Run("chown", "-R", "postgres", folder);
        File.SetUnixFileMode(
            folder,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        end = PrepareEnd();
        RunAsServer(
            "initdb", "-D", Data, "-U", "postgres", "-A", "trust", "--auth-host=scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync");
        Start();
    }

    public static string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>The directory of the socket, which lets anybody in without a password.</summary>
    public string Socket => folder;

    public string AuthorityFile => authority.CaFile;

    private string Data => Path.Combine(folder, "data");

    /// <summary>The running one of the system's PostgreSQL; ends the test with a reason where it is not installed.</summary>
    public static PostgresCluster Need() => Need("", Installed, isFetched: false);

    /// <summary>The same, which nobody else uses: it may be stopped.</summary>
    public static PostgresCluster NeedOwn() => Need($"{Guid.NewGuid():N}", Installed, isFetched: false);

    /// <summary>The same of a version that <c>tests/interop/install.sh</c> has fetched: 13 or 17.</summary>
    public static PostgresCluster Need(int version) => Need($"{version}", () =>
    {
        var fetched = Path.Combine(Some.RepositoryRoot(), "artifacts", "interop", "node_modules", $"postgres-{version}", "native");
        if (!File.Exists(Path.Combine(fetched, "bin", "initdb")))
            NotRun.Missing($"PostgreSQL {version} is not there (tests/interop/install.sh fetches it where npm is)");

        // Where the server's user can read it, wherever this repository lies.
        var folder = Directory.CreateTempSubdirectory($"athena-pg{version}-").FullName;
        Tool.Run("cp", "-a", fetched, folder);
        Tool.Run("chmod", "-R", "a+rX", folder);
        return Path.Combine(folder, "native", "bin");
    }, isFetched: true);

    public static void End()
    {
        foreach (var cluster in Running.Values) cluster.Dispose();
        Running.Clear();
    }

    private static string Installed()
    {
        var newest = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin"))
                .Where(d => File.Exists(Path.Combine(d, "initdb"))).Order().LastOrDefault()
            : null;
        if (newest is null) NotRun.Missing("PostgreSQL is not installed (tests/interop/install.sh installs what it can)");
        return newest!;
    }

    private static PostgresCluster Need(string name, Func<string> programs, bool isFetched)
    {
        lock (Running)
        {
            if (Running.TryGetValue(name, out var running)) return running;
            var found = programs();
            Tool.Need("psql");
            if (Environment.UserName == "root") Tool.Need("runuser");
            return Running[name] = new PostgresCluster(found, isFetched);
        }
    }

    public void Start() => RunAsServer("pg_ctl", "start", "-D", Data, "-w", "-s", "-l", Path.Combine(folder, "log"), "-o",
        $"-c port={Port} -c listen_addresses={Host} -c unix_socket_directories={folder} -c fsync=off -c max_connections=30 "
        + $"-c ssl=on -c ssl_cert_file={folder}/server.crt -c ssl_key_file={folder}/server.key");

    public void Stop() => RunAsServer("pg_ctl", "stop", "-D", Data, "-m", "fast", "-w", "-s");

    /// <summary>A database with Grafana's tables and the role of the script, and nobody in it.</summary>
    public async Task<GrafanaTables> CreateGrafanaAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (template is null)
            {
                await using var first = GrafanaTables.Over(this, await CreateAsync("template1"));
                await first.DefineAsync();
                template = first.Name;
            }

            return GrafanaTables.Over(this, await CreateAsync(template));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>A database with nothing in it.</summary>
    public async Task<GrafanaTables> CreateEmptyAsync() => GrafanaTables.Over(this, await CreateAsync("template1"));

    private async Task<string> CreateAsync(string template)
    {
        var name = $"grafana_{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(AsAdmin("postgres"));
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE {template}", connection);
        await create.ExecuteNonQueryAsync();
        return name;
    }

    public string AsAdmin(string database) => $"Host={Socket};Port={Port};Username=postgres;Database={database};Pooling=false";

    /// <summary>Runs a script as an admin would.</summary>
    public string Psql(string database, params string[] arguments) =>
        Tool.Run("psql", ["-X", "-q", "-h", Socket, "-p", $"{Port}", "-U", "postgres", "-d", database, .. arguments]);

    /// <summary>A script on standard input, as its head says; gives what was printed, notices too.</summary>
    /// <exception cref="InvalidOperationException">It failed; the text is what was said.</exception>
    public string PsqlFile(string database, string file, string options)
    {
        var start = new ProcessStartInfo("sh",
        [
            "-c",
            "exec psql -X -q -v ON_ERROR_STOP=1 -h \"$1\" -p \"$2\" -U postgres -d \"$3\" < \"$4\" 2>&1",
            "sh",
            Socket,
            $"{Port}",
            database,
            file,
        ])
        { RedirectStandardOutput = true };
        start.Environment["PGOPTIONS"] = options;
        using var psql = Process.Start(start)!;
        var said = psql.StandardOutput.ReadToEnd();
        psql.WaitForExit();
        return psql.ExitCode == 0 ? said : throw new InvalidOperationException(said);
    }

    /// <summary>Dumps one database into another, going on after errors as an admin in a hurry does.</summary>
    /// <param name="lacks">A role that is not there where it is restored; null when all are.</param>
    public void Restore(string from, string to, string? lacks = null, params string[] options)
    {
        var dump = Path.Combine(folder, $"{from}.sql");
        var text = Tool.Run(Path.Combine(programs, "pg_dump"), ["-h", Socket, "-p", $"{Port}", "-U", "postgres", .. options, from]);
        File.WriteAllText(dump, lacks is null ? text : text.Replace(lacks, "nobody_of_this_cluster", StringComparison.Ordinal));
        Psql(to, "-f", dump);
    }

    public void Dispose()
    {
        end.StandardInput.Close();
        end.WaitForExit();
        end.Dispose();
        turn.Dispose();
        authority.Dispose();
        if (isFetched) Directory.Delete(Path.GetFullPath(Path.Combine(programs, "..", "..")), recursive: true);
    }

    /// <summary>
    /// A shell that stops the server and removes its folder when its input ends: by <see cref="Dispose"/>, or because we were killed.
    /// </summary>
    private Process PrepareEnd()
    {
        const string Script = "trap '' INT TERM HUP; read -r end; folder=$1; shift; \"$@\" 2>/dev/null; rm -rf \"$folder\"";
        var stop = AsServer("pg_ctl", "stop", "-D", Data, "-m", "immediate", "-w", "-s");
        return Process.Start(new ProcessStartInfo("sh", ["-c", Script, "sh", folder, .. stop]) { RedirectStandardInput = true })!;
    }

    private void RunAsServer(string program, params string[] arguments)
    {
        var command = AsServer(program, arguments);
        Tool.Run(command[0], command[1..]);
    }

    // PostgreSQL refuses to run as root.
    private string[] AsServer(string program, params string[] arguments)
    {
        var path = Path.Combine(programs, program);
        return Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", path, .. arguments] : [path, .. arguments];
    }
}
