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
    public bool Take(IReadOnlyList<string> warnings, DateTimeOffset at) => Take(warnings, state.WarningsTold, at);

    /// <summary>Who else works or listens here, as of now.</summary>
    /// <returns>Whether the state was changed.</returns>
    public bool TakeSurroundings(IReadOnlyList<string> warnings, DateTimeOffset at) => Take(warnings, state.SurroundingsTold, at);

    private bool Take(IReadOnlyList<string> warnings, List<string> told, DateTimeOffset at)
    {
        var news = warnings.Except(told).ToList();
        var mended = told.Except(warnings).ToList();
        foreach (var warning in news)
        {
            // After a crash the same day the same key: the outbox has it already.
            outbox.Put(mails.WriteWarning($"{at.UtcDateTime:yyyy-MM-dd}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(warning)).AsSpan(0, 6))}", warning, at));
            chronicle.Warned(warning);
            told.Add(warning);
        }

        foreach (var warning in mended)
        {
            chronicle.Mended(warning);
            told.Remove(warning);
        }

        return news.Count + mended.Count > 0;
    }
}
