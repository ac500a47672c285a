using System.Text;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>One distinct stage of an experiment.</summary>
public sealed record StageNode
{
    public required StageRecipe Recipe { get; init; }

    public StageId Id => Recipe.Id;

    /// <summary>In the order in which the plan names them.</summary>
    public required IReadOnlyList<StageId> Children { get; init; }

    /// <summary>The trials whose path goes through this stage, unpruned nets included.</summary>
    public required IReadOnlyList<string> Trials { get; init; }

    /// <summary>Epochs on the longest path from this stage, itself included, to a leaf.</summary>
    public required int CriticalPath { get; init; }
}

/// <summary>The distinct stages of a plan: a forest, in which each stage stands once however many trials share it.</summary>
public sealed class StageTree
{
    private readonly Dictionary<StageId, StageNode> _nodes;

    private StageTree(IReadOnlyList<StageNode> stages)
    {
        Stages = stages;
        _nodes = stages.ToDictionary(node => node.Id);
    }

    /// <summary>Every stage, parents before children.</summary>
    public IReadOnlyList<StageNode> Stages { get; }

    public IEnumerable<StageNode> Roots => Stages.Where(node => node.Recipe.ParentId is null);

    /// <exception cref="KeyNotFoundException">The stage is not of this plan.</exception>
    public StageNode this[StageId stage] => _nodes[stage];

    /// <summary>From the root to the stage.</summary>
    /// <exception cref="KeyNotFoundException">The stage is not of this plan.</exception>
    public IReadOnlyList<StageRecipe> PathTo(StageId stage)
    {
        var path = new List<StageRecipe>();
        for (StageId? next = stage; next is { } id; next = path[^1].ParentId)
        {
            path.Add(_nodes[id].Recipe);
        }

        path.Reverse();
        return path;
    }

    public static StageTree Of(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var recipes = new List<StageRecipe>();
        var trials = new Dictionary<StageId, List<string>>();
        var children = new Dictionary<StageId, List<StageId>>();
        foreach (var trial in plan.Paths)
        {
            foreach (var recipe in trial.Stages)
            {
                if (trials.TryAdd(recipe.Id, []))
                {
                    recipes.Add(recipe);
                    children.Add(recipe.Id, []);
                    if (recipe.ParentId is { } parent)
                    {
                        children[parent].Add(recipe.Id);
                    }
                }

                trials[recipe.Id].Add(trial.Id);
            }
        }

        var critical = new Dictionary<StageId, int>();
        foreach (var recipe in Enumerable.Reverse(recipes))
        {
            critical[recipe.Id] = recipe.Epochs + children[recipe.Id].Select(child => critical[child]).DefaultIfEmpty(0).Max();
        }

        return new StageTree(
        [
            .. recipes.Select(recipe => new StageNode
            {
                Recipe = recipe,
                Children = children[recipe.Id],
                Trials = trials[recipe.Id],
                CriticalPath = critical[recipe.Id],
            }),
        ]);
    }

    /// <summary>The tree in lines of text, a chain of only children on one line.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        foreach (var root in Roots)
        {
            Render(root, "", "", text);
        }

        return text.ToString();
    }

    private void Render(StageNode node, string lead, string indent, StringBuilder text)
    {
        var chain = new List<StageNode> { node };
        while (chain[^1].Children is [var only])
        {
            chain.Add(_nodes[only]);
        }

        text.Append(lead).AppendJoin(" → ", chain.Select(link => StageLabel.Of(link.Recipe)));
        text.Append("  ").Append(chain[^1].Trials is [var trial] ? trial : FormattableString.Invariant($"{chain[^1].Trials.Count} trials")).Append('\n');
        var children = chain[^1].Children;
        for (var i = 0; i < children.Count; i++)
        {
            var last = i == children.Count - 1;
            Render(_nodes[children[i]], indent + (last ? "└─ " : "├─ "), indent + (last ? "   " : "│  "), text);
        }
    }
}
