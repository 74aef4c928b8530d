using System.Text.Json.Serialization;

namespace Athena.ActiveUsers.State;

[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ActiveUsersState))]
internal sealed partial class ActiveUsersStateJson : JsonSerializerContext;
