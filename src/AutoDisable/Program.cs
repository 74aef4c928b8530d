using Athena.AutoDisable.CommandLine;

return await GateProgram.Create().InvokeAsync(args).ConfigureAwait(false);
