using System.Text.Json;

namespace Athena.Sandbox.Grafana;

/// <summary>
/// A dump of <see cref="GrafanaDatabase"/> in a file, to be restored with the ids that it had: people, organisations and who is in them,
/// sessions, tokens. Dashboards, folders and invitations are not in it.
/// </summary>
/// <param name="LastIds">Of accounts, temporary users, sessions and tokens: after a restore an id is given a second time, as in Grafana's
/// database.</param>
internal sealed record DatabaseDump(
    IReadOnlyList<Account> Accounts,
    IReadOnlyList<DatabaseDump.Members> Organisations,
    IReadOnlyList<Session> Sessions,
    IReadOnlyDictionary<string, long> Tokens,
    IReadOnlyList<long> LastIds)
{
    /// <summary>Written whole or not at all, and for its owner only: it holds passwords.</summary>
    public void Write(string path)
    {
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path + ".new", how)) JsonSerializer.Serialize(file, this);
        File.Move(path + ".new", path, overwrite: true);
    }

    public static DatabaseDump Read(string path)
    {
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize<DatabaseDump>(file) ?? throw new InvalidDataException($"{path} is no dump.");
    }

    /// <param name="Roles">Account id to role.</param>
    internal sealed record Members(long Id, string Name, IReadOnlyDictionary<long, string> Roles);
}
