using System.Text.Json.Serialization;

namespace Athena.Migration;

/// <summary>How the answer goes from one process to the other.</summary>
[JsonSerializable(typeof(AdoptionReply))]
[JsonSerializable(typeof(LetInReply))]
internal sealed partial class AdoptJson : JsonSerializerContext;
