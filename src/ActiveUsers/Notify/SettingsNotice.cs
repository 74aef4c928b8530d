using Athena.ActiveUsers.Pulses;
using Athena.Common.Notify;
using Athena.Common.Notify.Channels.Telegram;
using Athena.Common.Notify.Delivery;
using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.Text;

namespace Athena.ActiveUsers.Notify;

/// <summary>
/// The one message about what to write down in the settings, without a sound: once for each state of them, however often the daemon starts.
/// </summary>
internal static class SettingsNotice
{
    private const int MostShown = 8;

    /// <summary>Null when there is nothing to be put right.</summary>
    public static Notification? Of(IReadOnlyList<SettingsRemark> remarks, PulseWording wording)
    {
        if (remarks.Count == 0) return null;
        List<TelegramRow> rows =
        [
            new([new TelegramSpan($"NOTE · {wording.Name}: settings to write down", TelegramStyle.Bold)]),
            Row($"{Identity.Worker.Daemon} works. Its settings say less than they seem to, and something else is taken in their place."),
            .. remarks.Take(MostShown).Select(remark => Row($"{UntrustedText.Visible(remark.What, 300)}. {remark.Remedy}")),
        ];
        if (remarks.Count > MostShown) rows.Add(Row($"And {remarks.Count - MostShown} more."));
        rows.Add(new TelegramRow(
        [
            new TelegramSpan("Next: "),
            new TelegramSpan($"sudo {Identity.Worker.Daemon} check --show", TelegramStyle.Code),
        ]));
        return SettingsLetter.Of(remarks, Identity.Worker.Daemon, [], new Brand(wording.Brand, "", null, null)) with
        {
            Severity = Severity.Info,
            Brief = new TelegramText(rows),
        };
    }

    private static TelegramRow Row(string text) => new([new TelegramSpan(text)]);
}
