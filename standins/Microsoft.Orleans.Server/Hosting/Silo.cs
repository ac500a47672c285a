using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Activations;
using Orleans.Calls;
using Orleans.Gateways;
using Orleans.Membership;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>The silo as a hosted service: drives its lifecycle.</summary>
internal sealed class Silo(
    IEnumerable<IConfigurationValidator> validators,
    IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants,
    SiloLifecycleSubject lifecycle,
    LocalSilo silo,
    ClusterMembers members,
    Lazy<SiloParts> parts,
    ILogger<Silo> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var validator in validators)
            validator.ValidateConfiguration();

        SubscribeParts(parts.Value);
        foreach (var participant in participants)
            participant.Participate(lifecycle);
        try
        {
            await lifecycle.OnStart(cancellationToken);
        }
        catch
        {
            await lifecycle.OnStop(CancellationToken.None);
            throw;
        }

        logger.LogInformation(
            "Silo {Name} {Address} of cluster {Cluster} has started as {Role}.",
            silo.Name, silo.SiloAddress, silo.ClusterId, silo.IsPrimary ? "primary" : $"member of {silo.Primary}");
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await lifecycle.OnStop(cancellationToken);
        members.SetLocalStatus(SiloStatus.Dead);
        logger.LogInformation("Silo {Name} {Address} has stopped.", silo.Name, silo.SiloAddress);
    }

    private void SubscribeParts(SiloParts silent)
    {
        var (activations, gateways, link, caller) = silent;
        Subscribe(ServiceLifecycleStage.RuntimeInitialize, gateways.Bind, async _ => await gateways.DisposeAsync());
        lifecycle.Subscribe<Silo>(
            ServiceLifecycleStage.RuntimeServices,
            async token =>
            {
                members.SetLocalStatus(SiloStatus.Joining);
                if (!silo.IsPrimary)
                    await link.JoinAsync(token);
            },
            async _ =>
            {
                caller.BreakAll();
                await link.DisposeAsync();
            });
        Subscribe(ServiceLifecycleStage.GrainDeactivation, static () => { }, activations.StopAsync);
        Subscribe(
            ServiceLifecycleStage.BecomeActive,
            () =>
            {
                members.SetLocalStatus(SiloStatus.Active);
                gateways.AcceptSilos();
                activations.StartCollecting();
            },
            _ =>
            {
                members.SetLocalStatus(SiloStatus.ShuttingDown);
                return Task.CompletedTask;
            });
        Subscribe(ServiceLifecycleStage.Active, gateways.AcceptClients, _ => gateways.StopAcceptingAsync());
    }

    private void Subscribe(int stage, Action start, Func<CancellationToken, Task> stop) => lifecycle.Subscribe<Silo>(
        stage,
        _ =>
        {
            start();
            return Task.CompletedTask;
        },
        stop);
}

/// <summary>What the silo starts and stops; made after the configuration is found valid.</summary>
internal sealed record SiloParts(ActivationDirectory Activations, SiloGateways Gateways, SiloLink Link, GrainCaller Caller);

/// <summary>The lifecycle of the silo.</summary>
internal sealed class SiloLifecycleSubject(ILogger<SiloLifecycleSubject> logger) : LifecycleSubject(logger), ISiloLifecycleSubject
{
    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    protected override void OnStartStageCompleted(int stage) => HighestCompletedStage = stage;

    protected override void OnStopStageCompleted(int stage) => LowestStoppedStage = stage;
}
