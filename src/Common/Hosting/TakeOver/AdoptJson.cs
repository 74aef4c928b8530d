using System.Text.Json.Serialization;

namespace Athena.Common.Hosting.TakeOver;

/// <summary>How the answer goes from one process to the other.</summary>
[JsonSerializable(typeof(AdoptionReply))]
internal sealed partial class AdoptJson : JsonSerializerContext;
