using System.Text.Json.Serialization;

namespace Athena.ActiveUsers.History;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WindowTotals))]
internal sealed partial class WindowTotalsJson : JsonSerializerContext;
