using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>Outcomes for documents: what the experiment keeps in memory comes before what was read from storage.</summary>
internal sealed class DocumentPages(OutcomePages kept, OutcomePages read)
{
    public StageStanding? Find(int owner, StageId stage) => kept.Find(owner, stage) ?? read.Find(owner, stage);
}
