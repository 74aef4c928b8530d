using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Athena.AutoDisable.State;
using Athena.Common.State;

namespace Athena.AutoDisable.Deciding;

/// <summary>
/// The links that decide, and the PINs. Safe from any thread: mails are written by one, the page asks by others. What is not on disk is not
/// given out.
/// </summary>
internal sealed class DecisionBook(IStateStore<DecisionBookState> store, TimeProvider time)
{
    /// <summary>Links that are open at once: a flood of sign-ups must not make this long.</summary>
    public const int MostLinks = 5000;

    /// <summary>Wrong PINs about one account, of one person.</summary>
    public const int TriesPerCase = 5;

    /// <summary>Wrong PINs of one person within an hour: whoever has somebody's mail locks out nobody else.</summary>
    public const int TriesPerHour = 10;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock book = new();
    private readonly DecisionBookState state = store.Load() switch
    {
        StateLoad<DecisionBookState>.Loaded loaded => loaded.Value,
        StateLoad<DecisionBookState>.LoadedPrevious previous => previous.Value,
        _ => new DecisionBookState(), // Damaged: links end and PINs are to be set again. The gate does not wait for that.
    };

    /// <summary>Makes a link for each of these and writes them down; null where the disk refuses or there are too many already.</summary>
    /// <returns>The tokens, in the order of what was asked: 43 signs of base64url each.</returns>
    public IReadOnlyList<string>? Issue(IReadOnlyList<DecisionLink> links)
    {
        string[] tokens = [.. links.Select(_ => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)))];
        lock (book)
        {
            Forget();
            if (state.Links.Count + links.Count > MostLinks) return null;
            state.Links.AddRange(links.Zip(tokens, (link, token) => link with { Hash = HashOf(token) }));
            if (store.TryAppend(state, out _)) return tokens;
            state.Links.RemoveRange(state.Links.Count - links.Count, links.Count);
            return null;
        }
    }

    /// <summary>What a token stands for; null for one that is none, or whose time is over.</summary>
    public DecisionLink? Find(string token)
    {
        var hash = HashOf(token);
        var now = time.GetUtcNow();
        lock (book) return state.Links.Find(link => link.Hash == hash && IsOpen(link, now));
    }

    public bool HasPin(string address)
    {
        lock (book) return PinOf(address) is not null;
    }

    /// <summary>Sets or, with null, takes away a PIN. False when the disk refuses.</summary>
    public bool SetPin(string address, string? hash)
    {
        lock (book)
        {
            state.Pins.RemoveAll(pin => IsOf(pin.Address, address));
            if (hash is not null) state.Pins.Add(new DecisionPin(address, hash));
            state.Tries.RemoveAll(tried => IsOf(tried.Address, address));
            return store.TryAppend(state, out _);
        }
    }

    /// <summary>Looks at a PIN. It counts as wrong before it is looked at, so that a crash makes no further one free.</summary>
    /// <returns>Null when it is right; else what to tell.</returns>
    public string? WhyNot(DecisionLink link, string pin)
    {
        var now = time.GetUtcNow();
        var tried = new PinTry(link.Address, link.Account, link.Matter, now);
        string hash;
        lock (book)
        {
            Forget();
            if (PinOf(link.Address) is not { } own)
                return "No PIN is set for this address. On the Grafana host: sudo grafana-auto-disable decision-pin set ADDRESS";
            if (state.Tries.Count(one => IsOf(one.Address, link.Address) && now - one.At < Hour) >= TriesPerHour)
                return "Too many wrong PINs within an hour. Wait an hour, or decide in Grafana.";
            if (state.Tries.Count(one => IsOf(one.Address, link.Address) && (one.Account, one.Matter) == (link.Account, link.Matter))
                >= TriesPerCase)
                return "Too many wrong PINs for this account. Decide about it in Grafana.";
            state.Tries.Add(tried);
            if (!store.TryAppend(state, out _))
                return "The daemon cannot write to its disk, so no PIN can be looked at. Decide in Grafana.";
            hash = own.Hash;
        }

        if (!PinHash.Fits(pin, hash)) return "The PIN is wrong.";
        lock (book)
        {
            state.Tries.Remove(tried);
            store.TryAppend(state, out _); // Else it counts as wrong for a day.
        }

        return null;
    }

    /// <summary>A clock that was put back makes none live longer.</summary>
    private static bool IsOpen(DecisionLink link, DateTimeOffset now) =>
        link.Until > now && link.Until - now <= DecisionOptions.Lifetime + TimeSpan.FromMinutes(1);

    private static bool IsOf(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string HashOf(string token) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private DecisionPin? PinOf(string address) => state.Pins.Find(pin => IsOf(pin.Address, address));

    private void Forget()
    {
        var now = time.GetUtcNow();
        state.Links.RemoveAll(link => !IsOpen(link, now));
        // One that is to come counts, too: a clock that is put back gives nobody further ones.
        state.Tries.RemoveAll(tried => (now - tried.At).Duration() >= DecisionOptions.Lifetime);
    }
}
