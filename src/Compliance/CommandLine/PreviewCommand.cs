using Athena.Common.Hosting;
using Athena.Common.Notifications;
using Athena.Common.Notify.Channels.Mail;
using Athena.Compliance.Deciding;
using Athena.Compliance.Mails;

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
            context.Out.WriteLine(mail.Html);
            return ExitCode.Ok;
        }

        return context.Print(new ControlReply(ExitCode.Ok, $"Subject: {HostileText.SingleLine(mail.Subject)}\n\n{mail.Text}"));
    }

    /// <summary>For <c>check --test-to</c>: the same to one address.</summary>
    public static async Task<DeliveryResult> SendTestAsync(WorkerContext<ComplianceSettings> context, EmailAddress to, CancellationToken cancel)
    {
        var now = context.Time.GetUtcNow();
        await using var transport = new SmtpTransport(context.Settings.Smtp, context.Time);
        var mail = Write(context, context.Settings, Outcomes[0]);
        mail = mail with { Key = $"test/{now.ToUnixTimeMilliseconds()}", Recipients = [to.ToString()], Thread = null };
        return (await transport.SendAsync(mail, now, mail.Recipients, cancel).ConfigureAwait(false))[to.ToString()];
    }

    private static OutgoingMail Write(WorkerContext<ComplianceSettings> context, ComplianceSettings settings, string which)
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
