using Athena.Common.Settings;
using Athena.Compliance.CommandLine;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests;

/// <inheritdoc cref="ManualPage"/>
internal sealed class ManualPageTests : ManualPage
{
    protected override WorkerIdentity Identity => Athena.Compliance.Identity.Worker;

    protected override Task RunAsync(string[] arguments, TextWriter output) =>
        ComplianceProgram.Create().InvokeAsync(arguments, output, output);

    protected override void Read(SettingsReader reader) => ComplianceSettings.Read(reader);
}
