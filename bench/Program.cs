using Athena.Bench;

return await BenchProgram.RunAsync(args).ConfigureAwait(false);
