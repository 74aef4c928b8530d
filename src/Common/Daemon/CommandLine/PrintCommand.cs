using System.CommandLine;
using Athena.Common.Settings;
using Athena.Common.Telemetry;

namespace Athena.Common.Daemon.CommandLine;

/// <summary>
/// <c>print settings</c> and <c>print catalogue</c>: files for the system, written from what the daemon itself knows. Needs no settings and
/// no rights; the packages are made with it.
/// </summary>
internal static class PrintCommand
{
    /// <param name="isDaemon">Whether it has <see cref="CommonSettings"/>, and reads what the daemons share.</param>
    public static Command Make<TSettings>(
        WorkerIdentity identity, Func<SettingsReader, TSettings> read, Func<EventCatalogue> catalogue, bool isDaemon = true)
    {
        var settings = new Command("settings", $"A fresh /etc/default/{identity.Daemon}, with every setting.");
        settings.SetAction(parse =>
        {
            var reader = new SettingsReader(new SettingsSource(new Dictionary<string, string>()));
            if (isDaemon) CommonSettings.Read(reader, identity);
            read(reader);
            parse.InvocationConfiguration.Output.Write(SettingsTemplate.Write(identity, reader.Registered, isDaemon));
            return ExitCode.Ok;
        });

        var events = new Command("catalogue", "What journalctl -x says of each event of this daemon alone, for /usr/lib/systemd/catalog.");
        events.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.Write(catalogue().WriteJournalCatalogue(withShared: false));
            return ExitCode.Ok;
        });

        var print = new Command("print", "Prints a file for the system: settings or catalogue.");
        print.Subcommands.Add(settings);
        print.Subcommands.Add(events);
        return print;
    }
}
