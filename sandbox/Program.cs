using Athena.Sandbox;

return await SandboxCommands.RunAsync(args).ConfigureAwait(false);
