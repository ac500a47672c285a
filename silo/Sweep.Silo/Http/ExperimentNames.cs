using Sweep.Grains;

namespace Sweep.Silo.Http;

/// <summary>Names out of paths.</summary>
internal static class ExperimentNames
{
    /// <summary>Keeps what no experiment can be called away from the grains, whose state is in files by their names.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    public static void Check(string name)
    {
        if (!PlainName.Fits(name))
        {
            throw ExperimentNotFoundException.Named(name.Length > PlainName.Longest ? name[..PlainName.Longest] + "…" : name);
        }
    }
}
