using System.Text.Json;

namespace Athena.Sandbox.Grafana.Api;

/// <summary>Notes on the dashboards of the caller's organisation.</summary>
internal static class AnnotationApi
{
    public static IEnumerable<Route> Routes { get; } =
    [
        new("POST", "/api/annotations", Add) { LoggedAs = "/api/annotations/", Permission = "annotations:create", Milliseconds = 25 },
        new("GET", "/api/annotations", List) { Milliseconds = 15 },
    ];

    private static Answer Add(Call call)
    {
        if (call.Text("text").Length == 0) return Answer.Message("Failed to save annotation", 400);
        var now = call.Database.Now.ToUnixTimeMilliseconds();
        var tags = call.Json!.Value.TryGetProperty("tags", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().Select(tag => tag.ToString()).ToArray()
            : [];
        var time = call.Number("time") is > 0 and var at ? at : now;
        var annotation = new Annotation(
            call.Database.Annotations.Count + 1, call.Caller.OrgId, time, call.Number("timeEnd") is var end && end > time ? end : time, now,
            call.Text("text"), tags, call.Caller.Account!);
        call.Database.Annotations.Add(annotation);
        return Answer.Json(new { id = annotation.Id, message = "Annotation added" });
    }

    private static Answer List(Call call)
    {
        var tag = call.Ask("tags");
        return Answer.Json(
            call.Database.Annotations.Where(a => a.OrgId == call.Caller.OrgId && (tag.Length == 0 || a.Tags.Contains(tag))).Select(a => new
            {
                id = a.Id,
                dashboardUID = "",
                created = a.Created,
                updated = a.Created,
                time = a.Time,
                timeEnd = a.TimeEnd,
                text = a.Text,
                tags = a.Tags,
                login = a.By.Login,
                email = a.By.Email,
                avatarUrl = "/public/img/user_profile.png",
                data = new { },
            }).ToArray());
    }
}
