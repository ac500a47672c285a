using System.Text.Json.Nodes;

namespace Sweep.Planning.Schema;

/// <summary>A constraint on settings and predicted costs.</summary>
internal sealed record ConstraintRule : SpecRule
{
    public override string Statement => "must be a constraint such as predicted.flops <= 2.5e9";

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading)
    {
        if (node is not SpecScalar { IsNull: false } scalar)
        {
            return Refuse(node, path, reading);
        }

        try
        {
            return JsonValue.Create(Constraint.Parse(scalar.Text).Text);
        }
        catch (ConstraintException e)
        {
            reading.Faults.AddBroken(node.Place, path, e.Message);
            return null;
        }
    }

    public override JsonObject ToJsonSchema() => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = Constraint.Longest };
}
