using Athena.AutoDisable.CommandLine;
using Athena.Common.Settings;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

/// <inheritdoc cref="ManualPage"/>
internal sealed class ManualPageTests : ManualPage
{
    protected override WorkerIdentity Identity => Athena.AutoDisable.Identity.Worker;

    protected override Task RunAsync(string[] arguments, TextWriter output) =>
        AutoDisableProgram.Create().InvokeAsync(arguments, output, output);

    protected override void Read(SettingsReader reader) => AutoDisableSettings.Read(reader);
}
