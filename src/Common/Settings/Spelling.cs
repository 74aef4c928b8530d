namespace Athena.Common.Settings;

/// <summary>Finds the word that was probably meant. Pure.</summary>
public static class Spelling
{
    /// <summary>
    /// The nearest of <paramref name="words"/>, at most a third of the letters away and never more than three; null when none is.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> words)
    {
        if (word.Length > 64)
            return null;

        var limit = Math.Min(3, word.Length / 3);
        return words.Select(w => (Word: w, Distance: Distance(word, w)))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance).ThenBy(c => c.Word, StringComparer.Ordinal)
            .Select(c => c.Word).FirstOrDefault();
    }

    /// <summary>
    /// The key that says the same in other words, as people's own scripts do: <c>SMTP_PASS</c>, <c>SMTP_SERVER</c>, <c>CHAT_ID</c> for
    /// <c>TELEGRAM_CHAT_ID</c>; else the <see cref="Nearest"/>.
    /// </summary>
    public static string? Kindred(string key, IReadOnlyCollection<string> keys)
    {
        var words = Words(key);
        var kindred = words.Count < 2 || key.Length > 64
            ? []
            : keys.Where(k => Words(k) is { Count: > 1 } other && (words.All(other.Contains) || other.All(words.Contains))).ToList();
        return kindred.Count == 1 ? kindred[0] : Nearest(key, keys);
    }

    private static List<string> Words(string key) => [.. key.ToUpperInvariant().Split('_').Select(word => word switch
    {
        "PASS" or "PASSWD" or "PWD" or "PW" => "PASSWORD",
        "SERVER" or "HOSTNAME" or "RELAY" => "HOST",
        "USERNAME" or "LOGIN" => "USER",
        "SENDER" => "FROM",
        "RECIPIENT" or "RECIPIENTS" or "RCPT" => "TO",
        "EMAIL" => "MAIL",
        _ => word,
    })];

    /// <summary>Levenshtein's distance: how many letters must be put in, taken out or changed.</summary>
    public static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
