using System.CommandLine;
using System.Text.Json.Nodes;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary><c>sweep schema</c>: the JSON Schema of a sweep file, for editors that complete and check while one types.</summary>
internal static class SchemaCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("schema", "Print the JSON Schema of a sweep file, for editors.");
        command.SetAction(_ => surroundings.Output.Write(CanonicalJson.SerializeIndented<JsonNode>(SweepSpecReader.Schema()) + "\n"));
        return command;
    }
}
