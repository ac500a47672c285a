// An engine that computes nothing: it speaks the protocol of sweep-engine, leaves checkpoints and artifacts, and finds what follows from a stage's id.

using Sweep.NoOpEngine;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

var output = Console.Out;
output.NewLine = "\n";

void Say(EngineEvent happened)
{
    output.WriteLine(CanonicalJson.Serialize(happened));
    output.Flush();
}

Say(new ReadyEvent { Engine = "no-op", Torch = "none", Devices = ["cpu"] });
while (Console.In.ReadLine() is { } line)
{
    // A stage takes no time: it has always ended before it can be asked to stop.
    if (CanonicalJson.Deserialize<EngineRequest>(line) is RunRequest request)
    {
        PlayedStage.Run(request, Say);
    }
}
