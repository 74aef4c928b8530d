using Athena.ActiveUsers.Policy;
using Athena.ActiveUsers.Telemetry;
using Athena.Common.Grafana.Annotations;
using Athena.Common.Notify.Channels;
using Athena.Common.State.Audit;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Athena.ActiveUsers.Tests;

/// <summary>Of what in the audit Grafana's dashboards are told, as the daemon writes it down.</summary>
internal sealed class PulseNotesTests
{
    [Test]
    public void A_log_that_was_not_seen_is_a_span_and_a_monthly_mail_is_a_report()
    {
        using var folder = new TemporaryDirectory();
        var (time, options) = (
            new ManualTime(Some.Six), new AuditOptions(folder.Path, TimeSpan.FromDays(90), TimeSpan.FromDays(7 * 365)));
        using (var audit = AuditLog.Open(options, time, NullLogger<AuditLog>.Instance))
        {
            var recorder = new EventRecorder(audit, (_, _) => false, NullLogger<EventRecorder>.Instance);
            foreach (var kind in new[] { AlertKind.LogNotSeen, AlertKind.GrafanaDown })
            {
                var alert = new OpenAlert(kind, Some.Six.AddMinutes(-20), "", IsTold: true, IsMailed: false);
                recorder.Alert(new AlertChange(alert, null));
                recorder.Alert(new AlertChange(alert, Some.Six.AddMinutes(-5)));
            }

            foreach (var key in new[] { "kpi/2026-10", "sensitive/2026-10", "alert/LogNotSeen/1" })
                recorder.Delivery(new DeliveryReport("Mail", key, "ops@athena.example", DeliveryVerdict.Accepted, "250", GaveUp: false));
        }

        Assert.That(AuditReader.Read(options).Select(PulseNotes.Of).OfType<AuditNote>(), Is.EqualTo(new[]
        {
            new AuditNote(NoteKind.LogGap, nameof(AlertKind.LogNotSeen), Some.Six.AddMinutes(-20), Some.Six.AddMinutes(-5)),
            new AuditNote(NoteKind.ReportSent, "kpi/2026-10", Some.Six),
            new AuditNote(NoteKind.ReportSent, "sensitive/2026-10", Some.Six),
        }));
    }
}
