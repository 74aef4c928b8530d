using Athena.DemoCheck;

return await new SimulationRun(new Promises()).RunAsync();
