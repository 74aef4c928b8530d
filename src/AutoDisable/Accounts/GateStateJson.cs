using System.Text.Json.Serialization;

namespace Athena.AutoDisable.Accounts;

[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GateState))]
internal sealed partial class GateStateJson : JsonSerializerContext;
