using System.Globalization;
using Athena.Common.Text;

namespace Athena.Common.State.Persons;

/// <summary>
/// One account with everything it went by. Uid and number say whose a record is; a login or an e-mail address is one account's at a time,
/// and a name is nobody's alone: it counts only in a record that is theirs already.
/// </summary>
public sealed class PersonIdentity
{
    /// <summary>In the place of what was taken out.</summary>
    public const string Erased = "(erased)";

    /// <summary>A shorter login is part of too many words to be looked for in sentences.</summary>
    private const int ShortestLogin = 3;

    private const string Between = "_-@+";

    private readonly HashSet<string> uids = new(StringComparer.Ordinal);
    private readonly HashSet<long> ids = [];
    private readonly HashSet<string> logins = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> emails = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="words">As <see cref="Words"/> gives them.</param>
    public PersonIdentity(IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var value = word[(colon + 1)..];
            switch (colon > 0 ? word[..colon] : "")
            {
                case "uid": uids.Add(value); break;
                case "id" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id): ids.Add(id); break;
                case "login": logins.Add(value); break;
                case "email": emails.Add(value); break;
                case "name": names.Add(value); break;
            }
        }
    }

    /// <summary>All of it: <c>uid:…</c>, <c>id:…</c>, <c>login:…</c>, <c>email:…</c>, <c>name:…</c>.</summary>
    public IReadOnlyList<string> Words =>
    [
        .. uids.Select(uid => "uid:" + uid), .. ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"id:{id}")),
        .. logins.Select(login => "login:" + login), .. emails.Select(email => "email:" + email), .. names.Select(name => "name:" + name),
    ];

    /// <summary>As the audit names the account; null where neither uid nor number is known.</summary>
    public string? Reference => uids.FirstOrDefault()
        ?? (ids.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"id:{ids.First()}") : null);

    /// <summary>The account whose record it is: by its uid, else by its number, else by what only one account has at a time.</summary>
    public bool Owns(PersonTrace trace) =>
        trace.Uid is { } uid && uids.Count > 0 ? uids.Contains(uid)
        : trace.Id is { } id && ids.Count > 0 ? ids.Contains(id) && (trace.Login is null || logins.Count == 0 || IsAlike(trace))
        : trace is { Uid: null, Id: null } || uids.Count + ids.Count == 0 ? IsAlike(trace)
        : false;

    /// <summary>A login or an e-mail address of theirs, whole.</summary>
    public bool IsTheirs(string? text) => !string.IsNullOrEmpty(text) && (logins.Contains(text) || emails.Contains(text));

    /// <summary>Whether a reference as in the audit and in mail keys is this account.</summary>
    public bool IsReference(string reference) =>
        PersonTrace.OfReference(reference) is var trace && (trace.Uid is { } uid ? uids.Contains(uid) : ids.Contains(trace.Id!.Value));

    /// <summary>Whether a text names them by login or e-mail address, and where it is theirs, by name.</summary>
    public bool IsIn(string text, bool isTheirs = false) => Redact(text, isTheirs) != text;

    /// <summary>The text without what names them; the same where nothing does.</summary>
    public string Redact(string text, bool isTheirs = false)
    {
        // Breaks that our mails put between letters, so that no program makes a link of what a stranger typed.
        if (text.Contains('\u200B', StringComparison.Ordinal) && text.Replace("\u200B", "") is var joined
            && Redact(joined, isTheirs) is var rest && rest != joined)
            return rest;
        foreach (var email in emails) text = Without(text, email);
        if (isTheirs)
            foreach (var name in names) text = Without(text, name);
        foreach (var login in logins.Where(login => login.Length >= ShortestLogin)) text = Without(text, login);
        return text == "" || !IsTheirs(text) ? text : Erased;
    }

    /// <summary>
    /// The account that a word of a command means, with everything that these records say of it. A word with <c>uid:</c> or <c>id:</c> is
    /// that account; another one may fit several, of which one must be named.
    /// </summary>
    /// <param name="given">What a person wrote.</param>
    /// <param name="known">What is known of the account from elsewhere, as <see cref="Words"/>.</param>
    /// <param name="traces">All records.</param>
    /// <param name="others">Words for the accounts that it fits, where it fits more than one; else empty.</param>
    public static PersonIdentity Find(
        string given, IReadOnlyList<string> known, IReadOnlyCollection<PersonTrace> traces, out IReadOnlyList<string> others)
    {
        others = [];
        var seed = new PersonIdentity([.. known, .. Prefixed(given)]);
        if (seed.uids.Count + seed.ids.Count == 0)
        {
            var accounts = traces.Where(trace => trace.Uid is not null || trace.Id is not null)
                .Where(trace => IsMeant(given, trace) || seed.IsAlike(trace)).ToList();
            var uids = accounts.Where(trace => trace.Uid is not null).Select(trace => trace.Uid!).Distinct().ToList();
            var ids = accounts.Where(trace => trace.Id is not null && !(uids.Count == 1 && trace.Uid is null))
                .Select(trace => trace.Id!.Value).Distinct().ToList();
            if (uids.Count > 1 || (uids.Count == 0 && ids.Count > 1))
            {
                others = [.. uids.Select(uid => "uid:" + uid), .. uids.Count > 0 ? [] : ids.Select(id => $"id:{id}")];
                return seed;
            }

            foreach (var uid in uids) seed.uids.Add(uid);
            foreach (var id in ids) seed.ids.Add(id);
            if (accounts.Count == 0 && !given.Contains(':', StringComparison.Ordinal))
                (given.Contains('@', StringComparison.Ordinal) ? seed.emails : seed.logins).Add(given);
        }

        int before;
        do
        {
            before = seed.Words.Count;
            foreach (var trace in traces.Where(seed.Owns)) seed.Add(trace);
        }
        while (seed.Words.Count > before);
        return seed;
    }

    private static IEnumerable<string> Prefixed(string given) =>
        given.Split(':', 2) is [("uid" or "id" or "login" or "email"), { Length: > 0 }] ? [given] : [];

    private static bool IsMeant(string given, PersonTrace trace) =>
        trace.Uid == given || trace.Id?.ToString(CultureInfo.InvariantCulture) == given
        || (trace.Login is { Length: > 0 } login && ClaimedText.Same(login, given))
        || (trace.Email is { Length: > 0 } email && ClaimedText.Same(email, given));

    private bool IsAlike(PersonTrace trace) => IsTheirs(trace.Login) || IsTheirs(trace.Email);

    private void Add(PersonTrace trace)
    {
        if (trace.Uid is { } uid) uids.Add(uid);
        if (trace.Id is { } id) ids.Add(id);
        foreach (var (set, text) in ((HashSet<string>, string?)[])[(logins, trace.Login), (emails, trace.Email), (names, trace.Name)])
            if (text is { Length: > 0 } && text != Erased) set.Add(text);
    }

    /// <summary>Where it stands as a word of its own.</summary>
    private static string Without(string text, string word)
    {
        for (var at = 0; word.Length > 0 && (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            var end = at + word.Length;
            if (Joins(text, at - 1, at - 2) || Joins(text, end, end + 1)) at++;
            else
            {
                text = string.Concat(text.AsSpan(0, at), Erased, text.AsSpan(end));
                at += Erased.Length;
            }
        }

        return text;

        // A dot belongs to a word where one goes on behind it.
        static bool Joins(string text, int near, int far) =>
            near >= 0 && near < text.Length && (char.IsLetterOrDigit(text[near]) || Between.Contains(text[near], StringComparison.Ordinal)
                || (text[near] == '.' && far >= 0 && far < text.Length && char.IsLetterOrDigit(text[far])));
    }
}
