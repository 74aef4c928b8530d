using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Athena.Common.State.Persons;

/// <summary>
/// Finds people in JSON as our daemons keep it. Whose an object is, its own <c>uid</c> and <c>id</c> say, or those of what it lies in, or
/// the one reference in <c>accounts</c> or <c>account</c>. Pure.
/// </summary>
internal static class PersonJson
{
    private static readonly string[] Claims = ["login", "email", "name"];

    private static readonly PersonTrace Nobody = new(null, null);

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As our files are written: letters stand as they are, so that whoever looks for a name finds it.</summary>
    public static byte[] Write(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Writing))
            node.WriteTo(json);
        return stream.ToArray();
    }

    public static IEnumerable<PersonTrace> Traces(JsonNode? node) => Traces(node, null);

    /// <summary>Whole objects that are theirs, and sentences elsewhere that name them, each under where it stands.</summary>
    public static JsonArray Show(JsonNode node, PersonIdentity who, PersonFields fields)
    {
        var found = new JsonArray();
        Show(node, null, "");
        return found;

        void Show(JsonNode? part, PersonTrace? above, string place)
        {
            switch (part)
            {
                case JsonObject one:
                    var owner = OwnerOf(one, above);
                    if (who.Owns(Claim(one, above, owner)))
                        found.Add((JsonNode)new JsonObject { ["where"] = place, ["what"] = one.DeepClone() });
                    else
                        foreach (var (name, value) in one) Inside(value, owner, $"{place}/{name}", name);
                    break;
                case JsonArray many:
                    for (var i = 0; i < many.Count; i++) Show(many[i], above, $"{place}/{i}");
                    break;
            }
        }

        void Inside(JsonNode? value, PersonTrace? owner, string place, string name)
        {
            if (fields.Texts.Contains(name) && Strings(value).FirstOrDefault(text => who.IsIn(text)) is { } text)
                found.Add((JsonNode)new JsonObject { ["where"] = place, ["what"] = text });
            else Show(value, owner, place);
        }
    }

    /// <summary>Takes out what names them.</summary>
    /// <returns>How many members are others now.</returns>
    public static int Erase(JsonNode? node, PersonIdentity who, PersonFields fields) => Erase(node, null, who, fields);

    private static int Erase(JsonNode? node, PersonTrace? above, PersonIdentity who, PersonFields fields)
    {
        if (node is JsonArray many) return many.Sum(part => Erase(part, above, who, fields));
        if (node is not JsonObject one) return 0;
        var owner = OwnerOf(one, above);
        var isClaim = IsClaim(one, above);
        var isTheirs = who.Owns(Claim(one, above, owner));
        var changed = 0;
        foreach (var (name, value) in one.ToList())
        {
            if (isClaim && Claims.Contains(name))
            {
                if (isTheirs && Text(one, name) is { Length: > 0 } claim && claim != fields.Blank) Put(name, fields.Blank);
            }
            else if (isTheirs && fields.Dropped.Contains(name))
            {
                if (value is JsonArray { Count: > 0 } some)
                {
                    some.Clear();
                    changed++;
                }
                else if (value is JsonValue) Put(name, null);
            }
            else if (!fields.Texts.Contains(name)) changed += Erase(value, owner, who, fields);
            else if (Text(one, name) is { } text && who.Redact(text, isTheirs) is var rest && rest != text) Put(name, rest);
            else if (value is JsonArray texts) changed += EraseEach(texts, isTheirs, who);
            else changed += Erase(value, owner, who, fields);
        }

        return changed;

        void Put(string name, string? value)
        {
            one[name] = value;
            changed++;
        }
    }

    private static int EraseEach(JsonArray texts, bool isTheirs, PersonIdentity who)
    {
        var changed = 0;
        for (var i = 0; i < texts.Count; i++)
        {
            if (Strings(texts[i]).FirstOrDefault() is not { } text || who.Redact(text, isTheirs) is var rest && rest == text) continue;
            texts[i] = rest;
            changed++;
        }

        return changed;
    }

    private static IEnumerable<PersonTrace> Traces(JsonNode? node, PersonTrace? above)
    {
        if (node is JsonArray many) return many.SelectMany(part => Traces(part, above));
        if (node is not JsonObject one) return [];
        var owner = OwnerOf(one, above);
        var inside = one.SelectMany(member => Traces(member.Value, owner));
        return IsClaim(one, above) || (owner is not null && above is null) ? inside.Prepend(Claim(one, above, owner)) : inside;
    }

    /// <summary>The outermost one counts: what somebody made has numbers, too.</summary>
    private static PersonTrace? OwnerOf(JsonObject one, PersonTrace? above)
    {
        if (above is not null) return above;
        var (uid, id) = (Text(one, "uid"), one["id"] is JsonValue number && number.TryGetValue<long>(out var value) ? value : (long?)null);
        if ((uid is not null || id is not null) && (one.ContainsKey("login") || one.ContainsKey("status"))) return new PersonTrace(uid, id);
        return one["accounts"] is JsonArray { Count: 1 } single && Strings(single[0]).FirstOrDefault() is { } reference
            ? PersonTrace.OfReference(reference)
            : Text(one, "account") is { } account ? PersonTrace.OfReference(account) : null;
    }

    /// <summary>It says who somebody is; an object that a person made has a number of its own.</summary>
    private static bool IsClaim(JsonObject one, PersonTrace? above) =>
        one.ContainsKey(Claims[0]) && (above is null || !one.ContainsKey("id"));

    private static PersonTrace Claim(JsonObject one, PersonTrace? above, PersonTrace? owner) => IsClaim(one, above)
        ? (owner ?? Nobody) with { Login = Text(one, "login"), Email = Text(one, "email"), Name = Text(one, "name") }
        : owner ?? Nobody;

    private static string? Text(JsonObject one, string name) => Strings(one[name]).FirstOrDefault();

    private static IEnumerable<string> Strings(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? [text]
        : node is JsonArray many ? many.OfType<JsonValue>().SelectMany(Strings)
        : [];
}
