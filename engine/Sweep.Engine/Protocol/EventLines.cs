using System.Text;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Protocol;

/// <summary>Writes events, each one whole line, from any thread.</summary>
public sealed class EventLines(Stream stream)
{
    private readonly Lock _gate = new();

    public void Write(EngineEvent happened)
    {
        var line = Encoding.UTF8.GetBytes(CanonicalJson.Serialize(happened) + "\n");
        lock (_gate)
        {
            try
            {
                stream.Write(line);
                stream.Flush();
            }
            catch (IOException)
            {
                // Nobody listens any more. The end of standard input says the same and ends the process; until then, go on.
            }
        }
    }
}
