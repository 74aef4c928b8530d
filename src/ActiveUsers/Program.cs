using Athena.ActiveUsers.CommandLine;

return await PulseProgram.Create().InvokeAsync(args).ConfigureAwait(false);
