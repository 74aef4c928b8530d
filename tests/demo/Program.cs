using Athena.DemoCheck;

return await new Rehearsal(new Promises()).RunAsync();
