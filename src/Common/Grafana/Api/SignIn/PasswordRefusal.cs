using Athena.Common.Time;

namespace Athena.Common.Grafana.Api.SignIn;

/// <summary>The password was refused, and is not to be tried again before <paramref name="Until"/>.</summary>
internal sealed record PasswordRefusal(DateTimeOffset Until, string Reason)
{
    public string Sentence(ZoneText clock) => $"{Reason} The next attempt is at {clock.Second(Until)}.";
}
