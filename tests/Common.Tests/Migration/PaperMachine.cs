using Athena.Common.Daemon.Units;

namespace Athena.Common.Tests.Migration;

/// <summary>
/// A machine on paper: files, and a systemd that knows of them only what it has loaded. Each call that changes something is a step; a
/// test lets one fail, or kills the process behind it, and looks who guards.
/// </summary>
internal sealed class PaperMachine : IServiceManager, IUnitFiles
{
    public const string Daemon = "grafana-test";
    public const string Etc = "/etc/systemd/system/";
    public const string Ours = "/lib/systemd/system/grafana-test.service";

    private readonly SortedDictionary<string, string> files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> links = new(StringComparer.Ordinal);
    private readonly HashSet<string> active = [];
    private readonly HashSet<string> masked = [];
    private Dictionary<string, string> loaded = [];
    private bool isDead;

    public PaperMachine()
    {
        files[Ours] = "[Service]\nType=notify\nExecStart=/usr/lib/athena-workers/grafana-test run\n[Install]\nWantedBy=multi-user.target\n";
        loaded = Load();
    }

    /// <summary>How each command of the daemon ends; null where none is to be run.</summary>
    public TaskResult? Answer { get; init; }

    /// <summary>How many changes there were.</summary>
    public int Steps { get; private set; }

    /// <summary>The process is killed behind this change.</summary>
    public int KilledAfter { get; set; }

    /// <summary>This change fails.</summary>
    public int FailsAt { get; set; }

    /// <summary>From <see cref="FailsAt"/> on every change of a file fails.</summary>
    public bool IsDiskFull { get; set; }

    public bool OursStarts { get; set; } = true;

    public bool OursLooks { get; set; } = true;

    public bool OldScriptWorks { get; set; } = true;

    /// <summary>Somebody guards before the test begins, so somebody must at every moment.</summary>
    public bool MustGuard { get; set; }

    /// <summary>The old service is one that never ends.</summary>
    public bool OldServiceStays { get; set; }

    /// <summary>What is told of any unit, for a test that changes nothing.</summary>
    public UnitState? Shown { get; set; }

    public DateTimeOffset? GoodRunInJournal { get; set; }

    /// <summary>The same for one unit.</summary>
    public Dictionary<string, DateTimeOffset> GoodRunsInJournal { get; } = [];

    public List<string> Runs { get; } = [];

    /// <summary>The guard of before: a timer, its service, a drop-in of each kind, and the link that enables it.</summary>
    public static PaperMachine WithOldTimer()
    {
        var machine = new PaperMachine { MustGuard = true };
        machine.files[Etc + "grafana-test.service"] = "[Service]\nType=oneshot\nExecStart=/usr/local/bin/%N.sh\n";
        machine.files[Etc + "grafana-test.timer"] = "[Timer]\nOnBootSec=1min\nOnUnitActiveSec=15s\n[Install]\nWantedBy=timers.target\n";
        machine.files[Etc + "grafana-test.timer.d/often.conf"] = "[Timer]\nAccuracySec=1s\n";
        machine.files[Etc + "grafana-test.service.d/user.conf"] = "[Service]\nUser=guard\n";
        machine.files[Etc + "grafana-test.service.d/credentials.conf"] = "[Service]\nLoadCredential=smtp_password:/etc/secret\n";
        machine.links[Etc + "timers.target.wants/grafana-test.timer"] = "../grafana-test.timer";
        machine.Boot();
        return machine;
    }

    /// <summary>A guard of before without a timer: a service that never ends, enabled by a link that ours will need as well.</summary>
    public static PaperMachine WithOldService()
    {
        var machine = new PaperMachine { MustGuard = true, OldServiceStays = true };
        machine.files[Etc + "grafana-test.service"] =
            "[Service]\nExecStart=/usr/local/bin/loop.sh\n[Install]\nWantedBy=multi-user.target\n";
        machine.links[Etc + "multi-user.target.wants/grafana-test.service"] = "../grafana-test.service";
        machine.Boot();
        return machine;
    }

    /// <summary>A timer that was stopped and is enabled for nobody.</summary>
    public void StopOld()
    {
        active.Clear();
        links.Clear();
        MustGuard = false;
    }

    /// <summary>Everything outside of our own books, to be compared.</summary>
    public string Units => string.Join("\n---\n", files.Concat(links.Select(l => KeyValuePair.Create(l.Key, "-> " + l.Value)))
        .Where(f => f.Key.StartsWith("/etc/", StringComparison.Ordinal)).Select(f => $"{f.Key}\n{f.Value}"));

    public IEnumerable<string> Paths => files.Keys.Concat(links.Keys);

    public IReadOnlySet<string> Active => active;

    public IReadOnlySet<string> Masked => masked;

    public bool OldGuards =>
        active.Contains(OldServiceStays ? "grafana-test.service" : "grafana-test.timer") && Source("grafana-test.service") is { } path
            && path != Ours;

    public bool StandInGuards =>
        active.Contains(OldServiceStays ? "grafana-test-before.service" : "grafana-test-before.timer")
            && Source("grafana-test-before.service") is not null;

    public bool OursGuards => active.Contains("grafana-test.service") && Source("grafana-test.service") == Ours && OursLooks;

    /// <summary>The machine starts anew, with whatever lies on its disk; whoever was killed is forgotten.</summary>
    public void Boot()
    {
        isDead = false;
        (KilledAfter, FailsAt, IsDiskFull) = (0, 0, false);
        active.Clear();
        masked.Clear();
        loaded = Load();
        foreach (var link in links.Keys.Where(path => path.Contains(".wants/", StringComparison.Ordinal)))
        {
            var unit = link[(link.LastIndexOf('/') + 1)..];
            if (loaded.ContainsKey(unit)) active.Add(unit);
        }
    }

    /// <summary>The next process finds the machine as it is.</summary>
    public void Revive() => (isDead, KilledAfter, FailsAt, IsDiskFull) = (false, 0, 0, false);

    public UnitState Show(string unit)
    {
        Live();
        if (Shown is not null) return Shown;
        var path = Source(unit);
        var isActive = active.Contains(unit);
        return new UnitState(
            unit,
            path is null ? "not-found" : "loaded",
            isActive ? "active" : "inactive",
            isActive ? "running" : "dead",
            path,
            "success",
            0,
            null,
            null);
    }

    public void Reload() => Change(() => loaded = Load());

    public Task<string?> StartAsync(string unit, CancellationToken cancel)
    {
        string? problem = null;
        Change(() =>
        {
            if (Source(unit) is not { } path) problem = $"Unit {unit} not found.";
            else if (active.Contains(unit)) return;
            else if (path == Ours && !OursStarts) problem = "Job failed.";
            else if (path == Ours || OldServiceStays || unit.EndsWith(".timer", StringComparison.Ordinal)) active.Add(unit);
            else
            {
                Runs.Add(unit);
                if (!OldScriptWorks) problem = "Job failed.";
            }
        });
        return Task.FromResult(problem);
    }

    public Task StopAsync(string unit, CancellationToken cancel)
    {
        Change(() => active.Remove(unit));
        return Task.CompletedTask;
    }

    public void ResetFailed(string unit) => Change(() => { });

    public void SetMasked(string unit, bool isMasked) => Change(() => _ = isMasked ? masked.Add(unit) : masked.Remove(unit));

    public string Said(string unit, DateTimeOffset since) => "a line";

    public DateTimeOffset? LastGoodRunInJournal(string service) =>
        GoodRunsInJournal.TryGetValue(service, out var at) ? at : GoodRunInJournal;

    public Task<TaskResult> RunAsUnitAsync(
        IReadOnlyList<string> arguments, IReadOnlyList<string> dropIns, bool withState, CancellationToken cancel) =>
        Task.FromResult(Answer ?? throw new NotSupportedException("Nothing of the change itself asks for it."));

    public void GiveLogGroup() =>
        ChangeFile(() => files[Etc + "grafana-test.service.d/10-grafana-log.conf"] = "[Service]\nSupplementaryGroups=grafana\n");

    public bool Exists(string path)
    {
        Live();
        return files.ContainsKey(path) || links.ContainsKey(path);
    }

    public string? LinkTarget(string path) => links.GetValueOrDefault(path);

    public string Read(string path) => files[path];

    public IReadOnlyList<string> Files(string directory) =>
        [
            .. Paths.Where(path =>
                path.StartsWith(directory + "/", StringComparison.Ordinal) && !path[(directory.Length + 1)..].Contains('/'))
                    .Order(StringComparer.Ordinal),
        ];

    public IReadOnlyList<string> Directories(string directory) =>
    [
        .. Paths.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal) && path[(directory.Length + 1)..].Contains('/'))
            .Select(path => path[..path.IndexOf('/', directory.Length + 1)]).Distinct().Order(StringComparer.Ordinal),
    ];

    public void Write(string path, string text) => ChangeFile(() => files[path] = text);

    public void Copy(string from, string to) => ChangeFile(() => files[to] = files[from]);

    public void Link(string path, string target) => ChangeFile(() => links[path] = target);

    public void Remove(string path) => ChangeFile(() => _ = files.Remove(path) | links.Remove(path));

    private string? Source(string unit) => loaded.GetValueOrDefault(unit);

    /// <summary>Units by name, from the strongest directory.</summary>
    private Dictionary<string, string> Load()
    {
        var units = new Dictionary<string, string>();
        foreach (var folder in OldUnits.Folders.Append("/lib/systemd/system"))
        {
            foreach (var path in Files(folder)) units.TryAdd(Path.GetFileName(path), path);
        }

        return units;
    }

    private void ChangeFile(Action effect) => Change(effect, isFile: true);

    private void Change(Action effect, bool isFile = false)
    {
        Live();
        Steps++;
        if (Steps == FailsAt || (IsDiskFull && isFile && FailsAt > 0 && Steps > FailsAt))
            throw new IOException($"No space left on device (step {Steps}).");
        effect();
        if (MustGuard)
        {
            Assert.That(OldGuards || StandInGuards || OursGuards, $"somebody guards behind step {Steps}");
            Assert.That(GuardsAtBoot, $"somebody would guard after a power cut behind step {Steps}");
        }

        if (Steps != KilledAfter) return;
        isDead = true;
        throw new KilledException();
    }

    private bool GuardsAtBoot
    {
        get
        {
            var units = Load();
            return WouldStart("timers.target.wants/grafana-test.timer") && units["grafana-test.service"] != Ours
                && units.ContainsKey("grafana-test.timer")
                || WouldStart("timers.target.wants/grafana-test-before.timer") && units.ContainsKey("grafana-test-before.service")
                    && units.ContainsKey("grafana-test-before.timer")
                || WouldStart("multi-user.target.wants/grafana-test-before.service") && units.ContainsKey("grafana-test-before.service")
                || WouldStart("multi-user.target.wants/grafana-test.service")
                    && units["grafana-test.service"] == (links[Etc + "multi-user.target.wants/grafana-test.service"] == Ours
                        ? Ours
                        : Etc + "grafana-test.service");
        }
    }

    private bool WouldStart(string link) => links.ContainsKey(Etc + link);

    private void Live()
    {
        if (isDead) throw new KilledException();
    }
}
