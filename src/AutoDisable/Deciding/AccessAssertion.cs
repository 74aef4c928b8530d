using Athena.AutoDisable.State;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// Verifies what Cloudflare Access says of whoever comes through it: a JSON Web Token (RFC 7519) in the header
/// <c>Cf-Access-Jwt-Assertion</c>, signed with RS256 by one of the keys that the team publishes.
/// </summary>
/// <param name="options">Whose word counts, and for which application.</param>
/// <param name="keys">Reads the team's keys, <c>/cdn-cgi/access/certs</c>, a JSON Web Key Set (RFC 7517); null when they are not to be
/// had.</param>
/// <param name="time">By which it is valid, or not any more.</param>
internal sealed class AccessAssertion(AccessOptions options, Func<CancellationToken, Task<string?>> keys, TimeProvider time) : IDisposable
{
    private const int Longest = 8192;

    /// <summary>Clocks differ.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    /// <summary>The keys are not asked for anew more often, whatever key ids strangers send.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMinutes(5);

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = Longest };
    private readonly SemaphoreSlim reading = new(1);
    private IReadOnlyList<SecurityKey> known = [];
    private DateTimeOffset nextReading;

    /// <summary>The address of whoever it is about; null where it is not sound, not for us, or not valid now.</summary>
    public async Task<string?> AddressAsync(string assertion, CancellationToken cancel)
    {
        if (assertion.Length > Longest || !handler.CanReadToken(assertion)) return null;
        if (await KeyAsync(handler.ReadJsonWebToken(assertion).Kid, cancel).ConfigureAwait(false) is not { } key) return null;
        var team = options.Team.AbsoluteUri.TrimEnd('/');
        var result = await handler.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuers = [team, team + "/"],
            ValidAudience = options.Audience,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKey = key,
            LifetimeValidator = (from, until, _, _) => IsNow(from, until),
        }).ConfigureAwait(false);
        return result.IsValid && result.Claims.TryGetValue("email", out var email) ? email as string : null;
    }

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + Leeway && !(from > now + Leeway);
    }

    private async Task<SecurityKey?> KeyAsync(string id, CancellationToken cancel)
    {
        await reading.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!known.Any(key => key.KeyId == id) && time.GetUtcNow() is var now && (now >= nextReading || nextReading - now > LeastPause))
            {
                nextReading = now + LeastPause;
                if (await keys(cancel).ConfigureAwait(false) is { } text) known = [.. new JsonWebKeySet(text).GetSigningKeys()];
            }

            return known.FirstOrDefault(key => key.KeyId == id);
        }
        catch (ArgumentException)
        {
            return null; // No key set.
        }
        finally
        {
            reading.Release();
        }
    }
}
