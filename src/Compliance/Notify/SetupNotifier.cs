using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Athena.Common.Notify;
using Athena.Common.Notify.Delivery;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.State;
using Athena.Compliance.Telemetry;

namespace Athena.Compliance.Notify;

/// <summary>Tells our own people what is to be put right: once for each change, not each hour.</summary>
internal sealed class SetupNotifier(ComplianceState state, IOutbox outbox, ReportOptions options, EventRecorder eventRecorder)
{
    private readonly OpsMail mails = new(options);

    /// <summary>The warnings of the window that was just decided.</summary>
    /// <returns>Whether the state was changed.</returns>
    public bool Take(IReadOnlyList<string> warnings, DateTimeOffset at) => Take(warnings, state.WarningsTold, at);

    /// <summary>Who else works or listens here, as of now.</summary>
    /// <returns>Whether the state was changed.</returns>
    public bool TakeSurroundings(IReadOnlyList<string> warnings, DateTimeOffset at) => Take(warnings, state.SurroundingsTold, at);

    private bool Take(IReadOnlyList<string> warnings, List<string> told, DateTimeOffset at)
    {
        var news = warnings.Except(told).ToList();
        var mended = told.Except(warnings).ToList();
        if (news.Count > 0)
        {
            // One mail, however many they are. After a crash the same day the same key: the outbox has it already.
            var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', news)));
            outbox.Put(mails.WriteWarnings($"{at.UtcDateTime:yyyy-MM-dd}/{Convert.ToHexStringLower(digest.AsSpan(0, 6))}", news, at,
                [.. news.Select(ReportEvents.ToPutRight)]));
        }

        foreach (var warning in news)
        {
            eventRecorder.Warned(warning);
            told.Add(warning);
        }

        foreach (var warning in mended)
        {
            eventRecorder.Mended(warning);
            told.Remove(warning);
            var over = ReportEvents.PutRight(warning);
            outbox.Put(Notification.ForPrograms(
                string.Create(CultureInfo.InvariantCulture, $"{over.Key}/over/{at.ToUnixTimeSeconds()}"), over, options.Brand));
        }

        return news.Count + mended.Count > 0;
    }
}
