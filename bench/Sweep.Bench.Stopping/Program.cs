using System.Globalization;
using Sweep.Bench.Stopping;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["fronts", .. var rest]:
        Comparison.Print(seeds: rest.Length > 0 ? int.Parse(rest[0]) : 60, trials: rest.Length > 1 ? int.Parse(rest[1]) : 100);
        return 0;
    case ["reports", .. var rest]:
        Reports.Print(most: rest.Length > 0 ? int.Parse(rest[0]) : 100_000);
        return 0;
    default:
        Console.Error.WriteLine("fronts [seeds] [trials]: hypervolume for epochs spent, simulated.\nreports [results]: time of a report in a growing rung.");
        return 2;
}
