using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>What has to survive a restart: the session, the second login name, and a refusal that is still to be waited out.</summary>
internal sealed class SignInMemory
{
    private readonly SessionFile? file;
    private readonly ILogger logger;
    private readonly Lock turn = new();
    private readonly string url;
    private readonly string user;
    private StoredSignIn stored;
    private string? reported;

    public SignInMemory(GrafanaClientOptions options, TimeProvider time, ILogger logger)
    {
        this.logger = logger;
        file = options.SessionFile is { } path ? new SessionFile(path) : null;
        url = options.BaseAddress.AbsoluteUri;
        user = options.User!;
        stored = Load() ?? new StoredSignIn(url, user, null, null, default, default, default, null, null, null, null);

        // Only the very password that was refused has to wait, and never longer than it would have had to when it was refused.
        if (stored is { WaitUntil: { } until, Refusal: { } reason, RefusedPassword: { } mark }
            && until > time.GetUtcNow() && until <= time.GetUtcNow() + PasswordGuard.Pause && PasswordMark.Matches(mark, options.Password!))
        {
            Refusal = new PasswordRefusal(until, reason);
        }
    }

    /// <summary>A session outlives this process.</summary>
    public bool IsKept => file is not null;

    /// <summary>The session kept from before; null when there is none.</summary>
    public KeptSession? Session => stored.Session;

    /// <summary>A refusal from before the start that still has to be waited out.</summary>
    public PasswordRefusal? Refusal { get; }

    public string? Email => stored.Email;

    /// <summary>The session as it is on disk now: another process of ours may have renewed it.</summary>
    public KeptSession? Reload() => file is null ? null : Load()?.Session;

    public void Keep(KeptSession session) => Change(stored => stored with
    {
        CookieName = session.CookieName,
        CookieValue = session.CookieValue,
        OpenedAt = session.OpenedAt,
        RotatedAt = session.RotatedAt,
        Lifetime = session.Lifetime,
        WaitUntil = null,
        Refusal = null,
        RefusedPassword = null,
    });

    public void Keep(PasswordRefusal refusal, string password) => Change(stored => stored with
    {
        WaitUntil = refusal.Until,
        Refusal = refusal.Reason,
        RefusedPassword = PasswordMark.Make(password),
    });

    public void RememberEmail(string email)
    {
        if (email.Length > 0 && email != Email)
            Change(stored => stored with { Email = email });
    }

    private void Change(Func<StoredSignIn, StoredSignIn> change)
    {
        lock (turn)
        {
            stored = change(stored);
            string? problem = null;
            file?.TrySave(stored, out problem);
            Report(problem);
        }
    }

    private StoredSignIn? Load()
    {
        string? problem = null;
        var loaded = file?.Load(url, user, out problem);
        Report(problem);
        return loaded;
    }

    // On change only: a full disk would otherwise be told every eight minutes.
    private void Report(string? problem)
    {
        if (problem is not null && problem != reported)
            logger.LogWarning("{Problem}", problem);
        reported = problem;
    }
}

/// <summary>A salted, slow hash by which a refused password is known again after a restart without being kept.</summary>
internal static class PasswordMark
{
    // Some 30 ms, at a refusal and at a start after one; the file it lies in holds a live session besides.
    private const int Iterations = 100_000;
    private const int SaltLength = 16;
    private const int HashLength = 32;

    public static string Make(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return Convert.ToBase64String([.. salt, .. Hash(password, salt)]);
    }

    public static bool Matches(string mark, string password)
    {
        Span<byte> bytes = stackalloc byte[SaltLength + HashLength];
        return Convert.TryFromBase64String(mark, bytes, out var length) && length == bytes.Length
            && CryptographicOperations.FixedTimeEquals(bytes[SaltLength..], Hash(password, bytes[..SaltLength]));
    }

    private static byte[] Hash(string password, ReadOnlySpan<byte> salt) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, HashLength);
}
