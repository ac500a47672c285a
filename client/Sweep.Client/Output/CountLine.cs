namespace Sweep.Client.Output;

/// <summary>Counts on one line of a terminal; silent elsewhere, where nobody waits. For any number of threads.</summary>
internal sealed class CountLine(Surroundings surroundings, string verb, int total) : IProgress<int>
{
    private readonly Lock _lock = new();
    private int _told;

    public void Report(int value)
    {
        if (!surroundings.ErrorIsTerminal || (value < total && value % Math.Max(total / 1000, 1) != 0))
        {
            return;
        }

        lock (_lock)
        {
            if (value > _told)
            {
                _told = value;
                surroundings.Error.Write($"\r{verb} {Words.Count(value)} of {Words.Count(total)}{(value == total ? "\n" : "")}");
            }
        }
    }
}
