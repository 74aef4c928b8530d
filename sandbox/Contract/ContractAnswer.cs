using System.Text.Json;

namespace Athena.Sandbox.Contract;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record ContractAnswer(int Status, string ContentType, string Body, string? Location)
{
    /// <summary>The body as JSON; null when it is none.</summary>
    public JsonElement? Json
    {
        get
        {
            if (!ContentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)) return null;
            try
            {
                return JsonSerializer.Deserialize<JsonElement>(Body);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
