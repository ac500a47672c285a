using Orleans.Activations;
using Orleans.Runtime;

namespace Orleans.Membership;

/// <inheritdoc cref="IManagementGrain"/>
[GrainType("management")]
internal sealed class ManagementGrain(ClusterMembers members, ActivationDirectory activations) : Grain, IManagementGrain
{
    public Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false) =>
        Task.FromResult(members.GetApproximateSiloStatuses(onlyActive));

    public Task<MembershipEntry[]> GetDetailedHosts(bool onlyActive = false) => Task.FromResult(
        members.Entries.Where(entry => !onlyActive || entry.Status == SiloStatus.Active).ToArray());

    public Task<int> GetTotalActivationCount() => Task.FromResult(activations.Count);

    public Task ForceActivationCollection(TimeSpan ageLimit)
    {
        activations.Collect(ageLimit);
        return Task.CompletedTask;
    }
}
