using Athena.Decisions.CommandLine;

return await new DecisionsProgram().InvokeAsync(args).ConfigureAwait(false);
