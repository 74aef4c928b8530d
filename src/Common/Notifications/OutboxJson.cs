using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Athena.Common.Notifications;

/// <summary>The file format of the outbox, without reflection. Readable: the sysadmin may look into it.</summary>
[JsonSerializable(typeof(OutboxRecord))]
internal sealed partial class OutboxJson : JsonSerializerContext
{
    /// <summary>Letters of all scripts stand as they are: nothing of this is ever put into a web page.</summary>
    public static OutboxJson Plain { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });
}
