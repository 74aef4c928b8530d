using Athena.Runtime;

return await FailureCommand.RunAsync(args).ConfigureAwait(false);
