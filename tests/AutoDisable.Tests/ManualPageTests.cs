using Athena.AutoDisable.CommandLine;
using Athena.Common.Hosting;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests;

/// <inheritdoc cref="ManualPage"/>
internal sealed class ManualPageTests : ManualPage
{
    protected override WorkerIdentity Identity => Athena.AutoDisable.Identity.Worker;

    protected override Task RunAsync(string[] arguments, TextWriter output) => GateProgram.Create().InvokeAsync(arguments, output, output);

    protected override void Read(SettingsReader reader) => AutoDisableSettings.Read(reader);
}
