namespace Athena.Common.Notify;

/// <summary>What a channel does not take.</summary>
/// <param name="Since">When what has waited longest was put in; the same after a restart.</param>
/// <param name="Waiting">How many wait.</param>
/// <param name="Problem">What the last attempt for the first of them brought, with what to do.</param>
public sealed record SilentChannel(DateTimeOffset Since, int Waiting, string Problem)
{
    /// <summary>Names this silence among all, also after a restart.</summary>
    public string Key => $"silent/{Since.ToUnixTimeMilliseconds()}";
}

/// <summary>
/// Notices that a channel has not taken something for a while, and that this is over, so that it can be said by another way: a message
/// that nobody gets is told by nobody else. A server that restarts, or wants to see a new sender twice, is no silence.
/// </summary>
/// <param name="counts">Whether what bears this key counts: what strangers are told must not hide, nor stand for, what our people are
/// told.</param>
/// <param name="began">Told once.</param>
/// <param name="over">Told once, with what <paramref name="began"/> was told.</param>
public sealed class ChannelSilence(Func<string, bool> counts, Action<SilentChannel> began, Action<SilentChannel> over, TimeProvider time)
{
    /// <summary>Three attempts of a mail, see <see cref="Delivery.OutboxSchedule"/>.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private SilentChannel? _told;

    /// <inheritdoc cref="ChannelSilence"/>
    public bool Counts(string key) => counts(key);

    /// <param name="longest">What has waited longest after at least one failed attempt; null when nothing does.</param>
    public void Look(SilentChannel? longest)
    {
        if (longest is null)
        {
            if (_told is { } told)
            {
                _told = null;
                over(told);
            }
        }
        else if (_told is null && time.GetUtcNow() - longest.Since >= Patience)
        {
            _told = longest;
            began(longest);
        }
    }
}
