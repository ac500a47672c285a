using Sweep.Planning;

namespace Sweep.Bench.Stopping;

/// <summary>Processor time of a report in a rung that grows, against its time in the first tenth: what grows with the square of the results ends at 19.</summary>
internal static class Reports
{
    public static void Print(int most)
    {
        Console.WriteLine($"{most} results in one rung; µs of processor time a report, on average over each tenth of them.\n");
        Console.WriteLine("| rule | costs | first tenth | last tenth | ratio | seconds in all | closing, s |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var costs in new[] { 2, 3 })
        {
            Print("promote", new StoppingOptions { Mode = StoppingMode.Promote }, costs, most);
            Print("stop", new StoppingOptions { Mode = StoppingMode.Stop }, costs, most);
            Print("median", new StoppingOptions { Algorithm = StoppingAlgorithm.Median }, costs, most);
        }
    }

    private static void Print(string name, StoppingOptions options, int costs, int most)
    {
        var stopping = TrialStoppings.Create(options, LearningCurves.Epochs);
        var curves = new LearningCurves(0);
        var results = Enumerable.Range(0, most)
            .Select(trial => new RungResult { Trial = trial, Rung = 0, Costs = [.. curves.Gains(trial, 1).Take(costs).Select(gain => -gain)] }).ToArray();
        var tenths = new double[10];
        for (var tenth = 0; tenth < 10; tenth++)
        {
            var start = Environment.CpuUsage.TotalTime;
            for (var i = most / 10 * tenth; i < most / 10 * (tenth + 1); i++)
            {
                stopping.Report(results[i]);
            }

            tenths[tenth] = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        }

        var closing = Environment.CpuUsage.TotalTime;
        stopping.Close();
        var closed = (Environment.CpuUsage.TotalTime - closing).TotalSeconds;
        var each = 1e6 / (most / 10.0);
        Console.WriteLine(
            $"| {name} | {costs} | {tenths[0] * each:F0} | {tenths[9] * each:F0} | {tenths[9] / tenths[0]:F2} | {tenths.Sum():F1} | {closed:F2} |");
    }
}
