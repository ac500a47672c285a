using System.Security.Cryptography;
using System.Text;
using Sweep.Planning;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>How many runs were made, and how many states were found to have been seen before.</summary>
internal sealed record Exploration(int Runs, long Steps, int Pruned);

/// <summary>Makes runs: seeded, scripted, or all there are up to a number of deviations from what is usual.</summary>
internal sealed class Explorer(SweepSpec spec, Flaw flaw = Flaw.None, int workers = 2)
{
    /// <summary>Many times what a run without faults takes.</summary>
    private const int MostSteps = 6000;

    /// <summary>Lines of a trace after the last deviation: what follows it is what goes wrong, and then the same for ever.</summary>
    private const int MostTold = 60;

    /// <exception cref="ViolationException">With the shortest script that was found to break the property, and its trace.</exception>
    public void Seeded(int seed, int faults)
    {
        var choices = new RandomChoices(seed, faults);
        if (Violation(choices) is { } violation)
        {
            throw Explained(FormattableString.Invariant($"Seed {seed} with {faults} faults"), Shrunk(choices.Made), violation);
        }
    }

    /// <summary>
    /// Every run that differs from the usual one by at most <paramref name="deviations"/> moves, be it another order or a fault, at any
    /// step. A state that was met before with as many deviations left is not gone on from.
    /// </summary>
    /// <param name="which">The labels of the moves that count as a deviation; others are never made.</param>
    /// <exception cref="ViolationException">As for <see cref="Seeded"/>.</exception>
    public Exploration Exhaust(int deviations, Func<Move, bool>? which = null)
    {
        var seen = new Dictionary<UInt128, int>();
        var open = new Stack<IReadOnlyList<Deviation>>([[]]);
        var (runs, steps, pruned) = (0, 0L, 0);
        while (open.TryPop(out var script))
        {
            runs++;
            var choices = new ScriptedChoices(script);
            var world = new World(spec, choices, flaw, workers);
            var left = deviations - script.Count;
            world.BeforeMove = moves =>
            {
                steps++;
                if (!choices.IsThrough || (script.Count > 0 && world.Step <= script[^1].Step))
                {
                    return true;
                }

                var state = Hash(world.Digest());
                if (seen.TryGetValue(state, out var before) && before >= left)
                {
                    pruned++;
                    return false;
                }

                seen[state] = left;
                if (left > 0)
                {
                    foreach (var move in moves.Skip(1).Where(move => which?.Invoke(move) != false))
                    {
                        open.Push([.. script, new Deviation(world.Step, move.Label)]);
                    }
                }

                return true;
            };
            if (Violation(world) is { } violation)
            {
                throw Explained("A run", Shrunk(script), violation);
            }
        }

        return new Exploration(runs, steps, pruned);
    }

    /// <summary>Leaves out deviations, many at once and then one by one, as long as the run still breaks something.</summary>
    private List<Deviation> Shrunk(IReadOnlyList<Deviation> script)
    {
        var shortest = script.ToList();
        for (var length = shortest.Count; length > 0; length = Math.Min(length / 2, shortest.Count))
        {
            for (var from = shortest.Count - length; from >= 0; from -= length)
            {
                List<Deviation> without = [.. shortest[..from], .. shortest[Math.Min(shortest.Count, from + length)..]];
                if (Violation(new ScriptedChoices(without)) is not null)
                {
                    shortest = without;
                }
            }
        }

        return shortest;
    }

    private ViolationException Explained(string what, IReadOnlyList<Deviation> script, ViolationException first)
    {
        var world = new World(spec, new ScriptedChoices(script), flaw, workers);
        var violation = Violation(world) ?? first;
        var told = script.Count == 0 ? MostTold : Math.Min(world.Trace.Count, script[^1].Step + MostTold);
        return new ViolationException(
            $"{what} breaks a property. {violation.Message}\nIt takes:\n  {string.Join("\n  ", script)}\nTrace:\n{string.Join('\n', world.Trace.Take(told))}");
    }

    private ViolationException? Violation(Choices choices) => Violation(new World(spec, choices, flaw, workers));

    private static ViolationException? Violation(World world)
    {
        // Continuations must run where they are settled, not where a test runner would post them.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            world.Run(MostSteps);
            return null;
        }
        catch (ViolationException e)
        {
            return e;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static UInt128 Hash(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8));
    }
}
