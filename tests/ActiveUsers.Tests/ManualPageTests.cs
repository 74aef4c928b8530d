using Athena.ActiveUsers.CommandLine;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.ActiveUsers.Tests;

/// <inheritdoc cref="ManualPage"/>
internal sealed class ManualPageTests : ManualPage
{
    protected override WorkerIdentity Identity => Athena.ActiveUsers.Identity.Worker;

    protected override Task RunAsync(string[] arguments, TextWriter output) =>
        ActiveUsersProgram.Create().InvokeAsync(arguments, output, output);

    protected override void Read(SettingsReader reader) => ActiveUsersSettings.Read(reader);
}
