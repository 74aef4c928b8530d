// Each test has a lab of its own: the daemons mostly wait for each other's turn, so some run side by side.
[assembly: Parallelizable(ParallelScope.All)]
[assembly: LevelOfParallelism(4)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
