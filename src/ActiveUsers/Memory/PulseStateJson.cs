using System.Text.Json.Serialization;

namespace Athena.ActiveUsers.Memory;

[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PulseState))]
internal sealed partial class PulseStateJson : JsonSerializerContext;
