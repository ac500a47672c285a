using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Cluster;

/// <summary>The application interface, over a silo's HTTP. Its refusals are those of <see cref="GrainSweepApi"/>.</summary>
internal sealed class HttpSweepApi(HttpExchange exchange) : ISweepApi
{
    private const string Experiments = "api/v1/experiments";

    /// <remarks>Checked here too, where the exception still carries its faults.</remarks>
    public Task<ExperimentStatus> Submit(SweepSpec spec, CancellationToken cancellationToken)
    {
        SweepSpecValidator.Validate(spec);
        var text = CanonicalJson.Serialize(spec);
        return exchange.Ask(
            HttpMethod.Post, Experiments, () => new StringContent(text, Encoding.UTF8, "application/json"), Read<ExperimentStatus>, RefusedSpec, cancellationToken);
    }

    public Task<IReadOnlyList<ExperimentStatus>> List(CancellationToken cancellationToken) => Get<IReadOnlyList<ExperimentStatus>>(Experiments, cancellationToken);

    public Task<ExperimentStatus> GetStatus(string experiment, CancellationToken cancellationToken) => Get<ExperimentStatus>(Of(experiment), cancellationToken);

    public Task<TrialPage> ListTrials(string experiment, int offset, int limit, CancellationToken cancellationToken) =>
        FindTrials(experiment, new TrialQuery { Offset = offset, Limit = limit }, cancellationToken);

    public Task<TrialPage> FindTrials(string experiment, TrialQuery query, CancellationToken cancellationToken) => Get<TrialPage>(
        string.Create(CultureInfo.InvariantCulture, $"{Of(experiment)}/trials?offset={query.Offset}&limit={query.Limit}")
            + (query.State is { } state ? $"&state={state}" : "")
            + (query.OnFront ? "&onFront=true" : "")
            + (query.Text is { } text ? $"&text={Uri.EscapeDataString(text)}" : "")
            + (query.Order == TrialOrder.Id ? "" : $"&order={query.Order}")
            + (query.Descending ? "&descending=true" : "")
            + (query.Spread ? "&spread=true" : "")
            + (query.Brief ? "&brief=true" : ""),
        cancellationToken);

    public Task<TrialDetail> GetTrial(string experiment, string trial, CancellationToken cancellationToken) => Get<TrialDetail>(TrialRoute(experiment, trial), cancellationToken);

    public Task<ExperimentResult> GetResult(string experiment, CancellationToken cancellationToken) => Get<ExperimentResult>($"{Of(experiment)}/result", cancellationToken);

    public Task Pause(string experiment, CancellationToken cancellationToken) => Order(experiment, "pause", cancellationToken);

    public Task Resume(string experiment, CancellationToken cancellationToken) => Order(experiment, "resume", cancellationToken);

    public Task Cancel(string experiment, CancellationToken cancellationToken) => Order(experiment, "cancel", cancellationToken);

    public Task Delete(string experiment, CancellationToken cancellationToken) =>
        exchange.Ask(HttpMethod.Delete, Of(experiment), content: null, (_, _) => Task.FromResult(true), Refused, cancellationToken);

    public Task<SweepSpec> GetSpec(string experiment, CancellationToken cancellationToken) => Get<SweepSpec>($"{Of(experiment)}/spec", cancellationToken);

    public Task StopTrial(string experiment, string trial, CancellationToken cancellationToken) => Order(experiment, $"{TrialOf(experiment, trial)}/stop", cancellationToken);

    public Task RetryTrial(string experiment, string trial, CancellationToken cancellationToken) => Order(experiment, $"{TrialOf(experiment, trial)}/retry", cancellationToken);

    public Task<IReadOnlyList<StageId>> FindFinished(IReadOnlyList<StageId> stages, CancellationToken cancellationToken) =>
        About<StageId>("api/v1/stages/finished", stages, cancellationToken);

    public Task<IReadOnlyList<StageHistory>> GetHistories(IReadOnlyList<StageId> stages, CancellationToken cancellationToken) =>
        About<StageHistory>("api/v1/stages/histories", stages, cancellationToken);

    public Task<QueueStatus> GetQueue(CancellationToken cancellationToken) => Get<QueueStatus>("api/v1/queue", cancellationToken);

    /// <summary>A name that no experiment can have would, as part of an address, lead elsewhere.</summary>
    private static string Of(string experiment) => PlainName.Fits(experiment) ? $"{Experiments}/{experiment}" : throw ExperimentNotFoundException.Named(experiment);

    private static string TrialRoute(string experiment, string trial) => $"{Of(experiment)}/{TrialOf(experiment, trial)}";

    private static string TrialOf(string experiment, string trial) =>
        PlainName.Fits(trial) ? $"trials/{trial}" : throw TrialNotFoundException.Named(experiment, trial);

    private Task<T> Get<T>(string route, CancellationToken cancellationToken) => exchange.Ask(HttpMethod.Get, route, content: null, Read<T>, Refused, cancellationToken);

    private Task<IReadOnlyList<T>> About<T>(string route, IReadOnlyList<StageId> stages, CancellationToken cancellationToken)
    {
        var text = CanonicalJson.Serialize(stages);
        return exchange.Ask(
            HttpMethod.Post, route, () => new StringContent(text, Encoding.UTF8, "application/json"), Read<IReadOnlyList<T>>, Refused, cancellationToken);
    }

    private Task Order(string experiment, string verb, CancellationToken cancellationToken) =>
        exchange.Ask(HttpMethod.Post, $"{Of(experiment)}/{verb}", content: null, (_, _) => Task.FromResult(true), Refused, cancellationToken);

    /// <summary>As it comes, without the whole text in memory.</summary>
    private static async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/json" and var other)
        {
            throw new JsonException($"the answer is {other ?? "of no stated type"}.");
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync<T>(body, LenientJson.Options, cancellationToken) ?? throw new JsonException("the answer is null.");
    }

    private static Exception? RefusedSpec(HttpRefusal refusal) => refusal switch
    {
        { Status: HttpStatusCode.BadRequest, Faults: { Count: > 0 } faults } => new SweepSpecException(faults),
        { Status: HttpStatusCode.BadRequest, Detail: { } detail } => new SweepSpecException(detail),
        _ => Refused(refusal),
    };

    private static Exception? Refused(HttpRefusal refusal) => refusal switch
    {
        { Status: HttpStatusCode.NotFound, Title: TrialNotFoundException.Title, Detail: { } detail } => new TrialNotFoundException(detail),
        { Status: HttpStatusCode.NotFound, Detail: { } detail } => new ExperimentNotFoundException(detail),
        { Status: HttpStatusCode.Conflict, Detail: { } detail } => new ExperimentConflictException(detail),
        _ => null,
    };
}
