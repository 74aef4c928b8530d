using Athena.Common.Daemon.CommandLine;
using Athena.Common.Daemon.Control;
using Athena.Common.Grafana.Usage;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels;
using Athena.Common.Notify.Channels.Mail;
using Athena.Common.Settings;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;

namespace Athena.Compliance.CommandLine;

/// <summary><c>preview</c>: a mail as it comes out with the settings of this host, about an invented hour.</summary>
internal static class PreviewCommand
{
    public static readonly string[] Outcomes = ["only-admins", "only-admins-in-part", "nobody", "not-seen"];

    public static int Run(WorkerContext<ComplianceSettings> context, string which)
    {
        var mail = Write(context, Trial.ReadSettings(context), which);
        if (context.Output == "html")
        {
            context.Out.WriteLine(mail.Page);
            return ExitCode.Ok;
        }

        return context.Print(new ControlReply(ExitCode.Ok, $"Subject: {UntrustedText.SingleLine(mail.Subject)}\n\n{mail.Text}"));
    }

    /// <summary>For <c>check --test-to</c>: the same to one address.</summary>
    public static async Task<DeliveryResult> SendTestAsync(
        WorkerContext<ComplianceSettings> context, EmailAddress to, CancellationToken cancel)
    {
        var now = context.Time.GetUtcNow();
        await using var channel = new MailChannel(context.Settings.Smtp, context.Time, context.Settings.Report.Brand.Logo);
        var mail = Write(context, context.Settings, Outcomes[0]) with
        {
            Key = $"test/{now.ToUnixTimeMilliseconds()}",
            Recipients = [to.ToString()],
            Thread = null,
        };
        return (await channel.SendAsync(new DeliveryAttempt(channel.Write(mail)!, now, mail.Recipients), cancel).ConfigureAwait(false))[
            to.ToString()];
    }

    private static Notification Write(WorkerContext<ComplianceSettings> context, ComplianceSettings settings, string which)
    {
        var outcome = which switch
        {
            "only-admins-in-part" => Outcome.OnlyAdminsInPart,
            "nobody" => Outcome.Nobody,
            "not-seen" => Outcome.NotSeen,
            _ => Outcome.OnlyAdmins,
        };
        var now = context.Time.GetUtcNow();
        var example = Example.Of(outcome, OnceCommand.WindowOf(settings, null, null, now), settings.Log.Name, now);
        return new LetterWriter(settings.Report with { ReportsNobody = true }).Write(example)[0];
    }
}

/// <summary>An invented window, for looking at how the mails come out with the settings of this host.</summary>
internal static class Example
{
    public static WindowEvidence Of(Outcome outcome, Window window, string source, DateTimeOffset now)
    {
        var gap = new Gap(window.From.AddMinutes(12), window.From.AddMinutes(16), GapCause.Dropped, "journald dropped 112 lines");
        var isWhole = outcome is Outcome.OnlyAdmins or Outcome.Nobody;
        IReadOnlyList<EvidencePerson> people = outcome is Outcome.OnlyAdmins or Outcome.OnlyAdminsInPart
            ?
            [
                new EvidencePerson(
                    1,
                    "admin",
                    "Thandi Example",
                    Role.Admin,
                    ActivityProof.OpenedDashboard,
                    48,
                    window.From.AddMinutes(3),
                    window.From.AddMinutes(41),
                    [
                        new EvidenceDashboard("ward-occupancy", "Ward occupancy", "Wards", 3, true),
                        new EvidenceDashboard("theatre-plan", "Theatre plan", "Theatres", 1, false),
                    ], 0b1_1000_0011),
                new EvidencePerson(
                    4, "second-admin", "Pieter Example", Role.Admin, ActivityProof.Other, 7, window.From.AddMinutes(22),
                    window.From.AddMinutes(24), [], 0b1_0000),
            ]
            : [];
        var reason = outcome switch
        {
            Outcome.OnlyAdmins => "2 administrators at work and nobody else, everything could be seen",
            Outcome.OnlyAdminsInPart => "2 administrators at work and nobody else in what could be seen; not seen: " + gap.Why,
            Outcome.Nobody => "nobody at work, everything could be seen",
            Outcome.InUse or Outcome.VisitorsOnly or Outcome.NotSeen => "nobody at work in what could be seen; not seen: " + gap.Why,
        };
        return new WindowEvidence(
            window,
            now,
            false,
            new Finding(outcome, reason),
            new Coverage(window, isWhole ? [] : [gap], ["this is an example, nobody was looked at"], 1234, 0),
            people,
            [],
            source,
            null,
            null)
        {
            IsInvented = true,
        };
    }
}
