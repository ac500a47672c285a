// What it costs to schedule a stage, and what of it is durable state. Without arguments it lists its modes.

using Sweep.Bench.Scheduling;

switch (args)
{
    case ["stages", .. var rest]:
        await StagesBench.Run(rest);
        return 0;
    case ["stores", .. var rest]:
        return await StoresBench.Run(rest);
    case ["queue"]:
        QueueBench.Run();
        return 0;
    case ["find", .. var rest]:
        FindBench.Run(rest is [var trials] ? int.Parse(trials, System.Globalization.CultureInfo.InvariantCulture) : 100_000);
        return 0;
    case ["scale", .. var rest]:
        return await ScaleBench.Run(rest);
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project bench/Sweep.Bench.Scheduling -- MODE

              stages [trials] [workers] [folder]
                  stages without work through experiment, stage and queue grains on durable files, against plain durable file
                  replacements in the same folder
              queue
                  offers, takes and releases of the queue's book by stages that wait and by experiments, each against the shortest queue
              find [trials]
                  pages of trials, sorted and filtered, from an experiment's memory, against its whole result document
              stores [--trials N] [--workers N] [--rounds N] [--folder F] [--postgres CONNECTION] [--azure CONNECTION]
                  the same stages on each grain storage against memory, in turns in one run
              scale [--trials N,N,…] [--stores memory,durable] [--experiments N] [--workers N] [--optuna N] [--folder F]
                  trials per second and per second of the processor, in memory and on durable files, how they grow, what calls, memory
                  and a restart cost, and
                  N trials without work of Optuna on its own stores, if python3 has it
            """);
        return 2;
}
