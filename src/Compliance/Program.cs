using Athena.Compliance.CommandLine;

return await ComplianceProgram.Create().InvokeAsync(args).ConfigureAwait(false);
