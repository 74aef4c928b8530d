using System.IO.Enumeration;
using Athena.Common.Files;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;

namespace Athena.Common.State.Backups;

/// <summary>Backups that others make, of Grafana's database for example. They are looked at from outside and never opened.</summary>
/// <param name="Pattern">An absolute path; <c>*</c> and <c>?</c> stand in its last part alone, and mean what they mean to a shell.</param>
/// <param name="MaxAge">The newest may be as old as this.</param>
public sealed record WatchedBackups(string Pattern, TimeSpan MaxAge)
{
    private const string PatternKey = "WATCH_BACKUPS";
    private const string AgeKey = "BACKUP_MAX_AGE";

    /// <summary>So many names are looked at in the folder: whoever may write there could make any number.</summary>
    public const int MostNames = 10_000;

    private const string DidItRun = "Did the job that makes it run, and was there room on the disk?";

    /// <summary>Who looks.</summary>
    private static string Daemon => OwnProgram.Daemon;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>What <c>ProtectHome=</c> and <c>PrivateTmp=</c> of the unit keep from the daemon.</summary>
    private static readonly string[] Hidden = ["/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/"];

    private string Folder => Path.GetDirectoryName(Pattern)!;

    /// <summary>Null where none are watched. What is faulty is a remark of the reader's and no problem: the daemon works without.</summary>
    public static WatchedBackups? Read(SettingsReader reader)
    {
        string? pattern = null;
        var maxAge = TimeSpan.Zero;
        var isRight = reader.TryRead(() =>
        {
            pattern = reader.Text(
                PatternKey,
                "Backups that others make, as in /var/backups/grafana/*.dump: you are told when the newest is too old, missing or far too "
                + "small.");
            if (pattern is not null && !IsPattern(pattern))
                reader.Refuse(
                    PatternKey, "must be an absolute path of files, with * and ? in its last part alone and no other sign of a shell's");
            maxAge = reader.Duration(
                AgeKey, "26h", "How old the newest of WATCH_BACKUPS may be.", TimeSpan.FromMinutes(15), TimeSpan.FromDays(366));
        }, "Until then no backups are watched.");
        return isRight && pattern is not null ? new WatchedBackups(pattern, maxAge) : null;
    }

    /// <summary>Looks. May wait as long as the disk does, or a server whose disk it is; throws nothing.</summary>
    public BackupLook Look(DateTimeOffset now)
    {
        try
        {
            var name = Path.GetFileName(Pattern);
            List<WatchedFile> files = [];
            foreach (var (seen, path) in Directory.EnumerateFileSystemEntries(Folder, "*", Everything).Index())
            {
                if (seen == MostNames)
                    return new BackupLook(
                        now, FormattableString.Invariant($"{Shown(Folder)} holds more than {MostNames} names, and not all are looked at"),
                        $"Let {PatternKey} name a folder of its own, or remove old ones there.");
                if (Means(name, Path.GetFileName(path)) && LibC.FileOf(path) is { } file)
                    files.Add(new WatchedFile(Path.GetFileName(path), file.WrittenAt, file.Bytes));
            }

            return Judge(files, now);
        }
        catch (UnauthorizedAccessException)
        {
            return new BackupLook(now, $"{Shown(Folder)} may not be looked into", HowToLetIn);
        }
        catch (DirectoryNotFoundException)
        {
            return new BackupLook(
                now, $"there is no folder {Shown(Folder)}",
                IsHidden ? HowToLetIn : $"Put {PatternKey} right, or make the folder and the job that writes there.");
        }
        catch (IOException e)
        {
            return new BackupLook(
                now, $"{Shown(Folder)} cannot be looked into: {Shown(e.Message)}", "Is its disk well, and the server that has it?");
        }
    }

    /// <summary>The rules. Pure.</summary>
    internal BackupLook Judge(IReadOnlyCollection<WatchedFile> files, DateTimeOffset now)
    {
        List<WatchedFile> all = [.. files.OrderByDescending(file => file.WrittenAt).ThenBy(file => file.Name, StringComparer.Ordinal)];
        if (all.Count == 0) return new BackupLook(now, $"there is no backup {Shown(Pattern)}", DidItRun);
        if (all[0].WrittenAt - now > BackupLook.MostAhead)
            return new BackupLook(
                now, $"{Shown(all[0].Name)} is dated in the future, so that nobody can tell which is the newest",
                "Is the clock right (timedatectl)? A file with a wrong date: move it away.")
            {
                Newest = all[0],
            };

        // One that is being written is not judged, and gives the one before it as long again. What never ends does not help for ever.
        var whole = all.FindAll(file => now - file.WrittenAt >= BackupLook.Settled);
        if (whole.Count == 0) return new BackupLook(now, "", "") { Newest = all[0] };
        var newest = whole[0];
        var limit = whole.Count < all.Count ? MaxAge * 2 : MaxAge;
        var problem =
            now - newest.WrittenAt > limit
                ? $"the newest backup, {Shown(newest.Name)}, is {Duration.Spoken(now - newest.WrittenAt)} old; {AgeKey} is "
                    + Duration.Write(MaxAge)
            : newest.Bytes == 0 ? $"the backup {Shown(newest.Name)} is empty"
            : MedianBefore(whole) is { } median && newest.Bytes < median / 2
                ? $"the backup {Shown(newest.Name)} has {ByteSize.Spoken(newest.Bytes)}, less than half of what those before it have "
                    + $"({ByteSize.Spoken((long)median)})"
            : "";
        return new BackupLook(now, problem, problem.Length == 0 ? "" : DidItRun) { Newest = newest };
    }

    /// <summary>Null where there are too few to compare with.</summary>
    private static double? MedianBefore(List<WatchedFile> newestFirst)
    {
        List<long> before = [.. newestFirst.Skip(1).Take(BackupLook.MostCompared).Select(file => file.Bytes).Order()];
        return before.Count < BackupLook.LeastCompared
            ? null
            : (before[(before.Count - 1) / 2] + (double)before[before.Count / 2]) / 2;
    }

    private static bool IsPattern(string pattern) =>
        Path.IsPathRooted(pattern) && Path.GetFullPath(pattern) == pattern && Path.GetFileName(pattern).Length > 0
        && pattern.AsSpan().IndexOfAny("[]{}\\") < 0 && Path.GetDirectoryName(pattern).AsSpan().IndexOfAny("*?") < 0;

    /// <summary>What begins with a dot is hidden from a star: unfinished files of rsync and the like.</summary>
    private static bool Means(string pattern, string name) =>
        (name[0] != '.' || pattern[0] == '.') && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private bool IsHidden => Array.Exists(Hidden, place => Pattern.StartsWith(place, StringComparison.Ordinal));

    private string HowToLetIn => IsHidden
        ? "The daemon's unit hides /home, /root, /tmp and the like from it: keep backups elsewhere, as in /var/backups."
        : $"Let the daemon see names, dates and sizes there: sudo groupadd -rf athena-backups, sudo setfacl -m g:athena-backups:rx "
            + $"{Shown(Folder)}, and in sudo systemctl edit {Daemon} below [Service] the line SupplementaryGroups=athena-backups; then "
            + $"sudo systemctl restart {Daemon}";

    private static string Shown(string text) => UntrustedText.Visible(text, 200);
}

/// <summary>One of them.</summary>
/// <param name="Name">Hostile text: whoever may write there chose it.</param>
/// <param name="WrittenAt">When it was last written.</param>
public sealed record WatchedFile(string Name, DateTimeOffset WrittenAt, long Bytes);

/// <summary>What a look at watched backups found.</summary>
/// <param name="Problem">What is wrong, a clause for people, harmless; empty when nothing is.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record BackupLook(DateTimeOffset At, string Problem, string Remedy)
{
    /// <summary>One that was written a shorter while ago may still be growing.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    /// <summary>Beyond this a time is no slow clock of another machine.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromHours(1);

    /// <summary>The size of the newest is compared with so many before it.</summary>
    public const int MostCompared = 7;

    /// <summary>With fewer nobody can tell which is the wrong one.</summary>
    public const int LeastCompared = 2;

    /// <summary>What is said where a look does not come back.</summary>
    public static BackupLook Hanging(DateTimeOffset now) => new(
        now, "the folder of the backups does not answer", "Is it on another machine, and is that away? Try ls -l there.");

    /// <summary>The newest that is whole, or the first that is being written; null where none was seen.</summary>
    public WatchedFile? Newest { get; init; }

    public bool IsWell => Problem.Length == 0;

    /// <summary>The look before found something wrong, too.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>For <c>status</c> and <c>check</c>.</summary>
    public string Sentence => !IsWell ? Problem
        : Newest is null ? ""
        : $"the newest is {Duration.Spoken(At - Newest.WrittenAt)} old and has {ByteSize.Spoken(Newest.Bytes)}";
}
