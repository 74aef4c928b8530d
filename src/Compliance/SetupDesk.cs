using System.Security.Cryptography;
using System.Text;
using Athena.Common.Notifications;
using Athena.Compliance.Mails;
using Athena.Compliance.Windows;

namespace Athena.Compliance;

/// <summary>Tells our own people what is to be put right: once for each change, not each hour.</summary>
internal sealed class SetupDesk(ComplianceState state, IOutbox outbox, ReportOptions options, Chronicle chronicle)
{
    private readonly OpsMail mails = new(options);

    /// <summary>The warnings of the window that was just decided.</summary>
    /// <returns>Whether the state was changed.</returns>
    public bool Take(IReadOnlyList<string> warnings, DateTimeOffset at)
    {
        var news = warnings.Except(state.WarningsTold).ToList();
        var mended = state.WarningsTold.Except(warnings).ToList();
        foreach (var warning in news)
        {
            // After a crash the same day the same key: the outbox has it already.
            outbox.Put(mails.WriteWarning($"{at.UtcDateTime:yyyy-MM-dd}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(warning)).AsSpan(0, 6))}", warning, at));
            chronicle.Warned(warning);
            state.WarningsTold.Add(warning);
        }

        foreach (var warning in mended)
        {
            chronicle.Mended(warning);
            state.WarningsTold.Remove(warning);
        }

        return news.Count + mended.Count > 0;
    }
}
