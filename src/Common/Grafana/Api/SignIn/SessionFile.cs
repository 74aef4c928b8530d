using System.Text.Json;
using System.Text.Json.Serialization;
using Athena.Common.Files;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>The session on disk: readable by us alone, replaced whole or not at all.</summary>
internal sealed class SessionFile(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path => path;

    /// <summary>What is kept for this account at this address; null when there is nothing, or nothing that can be used.</summary>
    /// <param name="problem">Why an existing file was not used or had to be mended; null when all is well.</param>
    public StoredSignIn? Load(string url, string user, out string? problem)
    {
        problem = null;
        try
        {
            if (!File.Exists(path))
                return null;

            // Somebody may have read it already, but the session is ours and may be the only way in: shut the file and go on with it. By
            // its handle, and behind no link: a link is none of ours.
            LibC.DemandOrdinary(path);
            using var file = File.OpenHandle(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            {
                File.SetUnixFileMode(file, OwnerOnly);
                problem = $"{path} could be read by others and was shut (mode 0600).";
            }

            using var content = new FileStream(file, FileAccess.Read, bufferSize: 0);
            var stored = JsonSerializer.Deserialize(content, GrafanaJsonContext.Default.StoredSignIn);
            if (stored is not null && stored.Url == url && stored.User == user)
                return stored;
            problem = $"{path} belongs to another account or address and is not used.";
        }
        catch (JsonException)
        {
            problem = $"{path} is damaged and not used: the password opens a new session.";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"{path} cannot be read: {fault.Message}";
        }

        return null;
    }

    /// <summary>False when it could not be written; then the file that was there is still there.</summary>
    public bool TrySave(StoredSignIn content, out string? problem)
    {
        var next = path + ".new";
        try
        {
            if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);

            // A left-over of a crash may have another mode: the mode is given to new files only.
            File.Delete(next);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var stream = new FileStream(next, options))
            {
                JsonSerializer.Serialize(stream, content, GrafanaJsonContext.Default.StoredSignIn);
                stream.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
            problem = null;
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"The session could not be kept in {path} ({fault.Message}); after a restart the password will be needed.";
            return false;
        }
    }
}

/// <summary>What the session file holds.</summary>
/// <param name="Url">The session belongs to this Grafana…</param>
/// <param name="User">…and to this account; with another in the settings the file is not used.</param>
/// <param name="Email">The account's e-mail, a second login name; null until seen.</param>
/// <param name="WaitUntil">
/// The password was refused and is not tried before this time. It is kept because a service that is restarted every few seconds
/// would otherwise lock its own login. Null when it was not refused.
/// </param>
/// <param name="RefusedPassword">Salted hash of the refused password: a corrected one may be tried at once.</param>
internal sealed record StoredSignIn(
    string Url,
    string User,
    string? CookieName,
    string? CookieValue,
    DateTimeOffset OpenedAt,
    DateTimeOffset RotatedAt,
    TimeSpan Lifetime,
    string? Email,
    DateTimeOffset? WaitUntil,
    string? Refusal,
    string? RefusedPassword)
{
    [JsonIgnore]
    public KeptSession? Session =>
        CookieName is { Length: > 0 } && CookieValue is { Length: > 0 }
            ? new(CookieName, CookieValue, OpenedAt, RotatedAt, Lifetime)
            : null;

    public override string ToString() => $"sign-in of {User}";
}

/// <summary>An open session of ours in Grafana.</summary>
/// <param name="OpenedAt">When the password opened it.</param>
/// <param name="RotatedAt">When its cookie was last exchanged for a new one.</param>
/// <param name="Lifetime">
/// How long after <paramref name="OpenedAt"/> Grafana ends it whatever we do (<c>login_maximum_lifetime_duration</c>, default 30 days);
/// Grafana tells it as the cookie's Max-Age.
/// </param>
internal sealed record KeptSession(
    string CookieName,
    string CookieValue,
    DateTimeOffset OpenedAt,
    DateTimeOffset RotatedAt,
    TimeSpan Lifetime)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(30);

    // Grafana wants a new cookie every token_rotation_interval_minutes, default 10, and answers 401 after that.
    private static readonly TimeSpan RotateFrom = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan RotateAtLatest = TimeSpan.FromMinutes(9.5);

    /// <summary>A new cookie is wanted, if nothing is under way that still carries this one.</summary>
    public bool MayRotate(DateTimeOffset now) => now - RotatedAt >= RotateFrom || now < RotatedAt;

    /// <summary>A new cookie is wanted, even if requests under way have to be waited for.</summary>
    public bool MustRotate(DateTimeOffset now) => now - RotatedAt >= RotateAtLatest;

    /// <summary>
    /// Half of its life is over. No rotation lengthens it: a fresh session is opened now, while there is time left to wait should
    /// strangers' guesses have locked the login at this moment.
    /// </summary>
    public bool IsOld(DateTimeOffset now) => now - OpenedAt >= Lifetime / 2;

    /// <summary>Without the cookie: a record's own text would print it.</summary>
    public override string ToString() => $"session opened {OpenedAt:O}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredSignIn))]
internal sealed partial class GrafanaJsonContext : JsonSerializerContext;
