// Writes the dashboards of the chart: node build/dashboards/generate.mjs [folder]. A test compares what it writes with what is committed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bars, dashboard, heat, lines, number, points, query, share, table } from './panels.mjs';

const cluster = 'namespace=~"$namespace"';                       // of the one silo that tells: take max over silos
const silo = 'namespace=~"$namespace",instance=~"$instance"';    // each silo tells its own: take sum
const named = `${cluster},experiment=~"$experiment"`;
const range = '[$__rate_interval]';

const rate = (metric, labels = '', by = '') => `sum${by ? ` by (${by})` : ''} (rate(${metric}{${silo}${labels ? `,${labels}` : ''}}${range}))`;
const increase = (metric, by, labels = '') => `sum by (${by}) (increase(${metric}{${silo}${labels ? `,${labels}` : ''}}${range}))`;
const quantile = (q, metric, by = '', labels = '') => `histogram_quantile(${q}, ${rate(`${metric}_bucket`, labels, by ? `le, ${by}` : 'le')})`;
const quantiles = (metric) => [query(quantile(0.5, metric), 'half'), query(quantile(0.95, metric), '95 %'), query(quantile(0.99, metric), '99 %')];
const now = (metric, by) => `max by (${by}) (${metric}{${cluster}})`;

const overview = dashboard('sweep-overview', 'Sweep: overview', 'Whether the cluster works, on what, and what stops it.', [
  ['Now',
    number('Silos', 'Silos that Prometheus scrapes.', 'none', [query(`count(sweep_build_info{${cluster}})`, 'silos')]),
    number('Experiments running', 'Submitted, and neither paused nor ended.', 'none', [query(`sum(${now('sweep_experiments', 'state').replace('{', '{state="running",')})`, 'experiments')]),
    number('Stages waiting', 'Stages in the queue, of all kinds.', 'none', [query(`sum(${now('sweep_queue_depth', 'kind')})`, 'stages')]),
    number('Longest wait', 'How long the stage that waits longest has waited. See SweepQueueOld in the runbook.', 's', [query(`max(sweep_queue_oldest_wait_seconds{${cluster}})`, 'wait')],
      { steps: [{ value: null, color: 'text' }, { value: 3600, color: 'orange' }, { value: 21600, color: 'red' }] }),
    share('Workers at work', 'Share of the workers that the queue knows which have a stage.',
      [query(`sum(${now('sweep_workers', 'state').replace('{', '{state="busy",')}) / clamp_min(sum(${now('sweep_workers', 'state')}), 1)`, 'busy')]),
    number('Images a second', 'Images trained on, all silos together.', 'none', [query(rate('sweep_train_samples_total'), 'images')], { decimals: 0 })],
  ['Work',
    lines('Stages waiting, by kind', 'The queue. It is told by the silo where the queue is.', 'none', [query(now('sweep_queue_depth', 'kind'), '{{kind}}')], { stacked: true }),
    lines('Stages running, by kind', 'Stages with a worker, as the queue sees it.', 'none', [query(now('sweep_stages_running', 'kind'), '{{kind}}')], { stacked: true }),
    lines('Attempts, by silo', 'Attempts on each silo\'s workers, as the silo sees it. A silo at 0 while stages wait wants a look.', 'none',
      [query(`sum by (instance) (sweep_attempts_running{${silo}})`, '{{instance}}')], { stacked: true }),
    lines('Trials an hour, by outcome', 'Trials that came to an end, as a rate.', 'none', [query(`3600 * ${rate('sweep_trials_finished_total', '', 'outcome')}`, '{{outcome}}')], { stacked: true }),
    lines('Stages an hour, by kind', 'Stages that succeeded, as a rate.', 'none', [query(`3600 * ${rate('sweep_stages_finished_total', 'outcome="succeeded"', 'kind')}`, '{{kind}}')], { stacked: true }),
    lines('Epochs an hour, by kind', 'Epochs computed; one that is computed twice counts twice.', 'none', [query(`3600 * ${rate('sweep_epochs_run_total', '', 'kind')}`, '{{kind}}')], { stacked: true }),
    lines('Wait in the queue', 'How long stages waited that got a worker: half of them at most so long, and 95 and 99 of a hundred.', 's', quantiles('sweep_stage_queue_wait_seconds')),
    lines('Time of an attempt, 95 %', 'From an attempt\'s start to its last commit, by kind of stage.', 's', [query(quantile(0.95, 'sweep_attempt_duration_seconds', 'kind'), '{{kind}}')]),
    lines('Trials, by state', 'Of the experiments in memory.', 'none', [query(now('sweep_trials', 'state'), '{{state}}')], { stacked: true })],
  ['What goes wrong',
    lines('Failures, by reason', 'Attempts that failed or were lost. See SweepAttemptsFail in the runbook.', 'none', [query(increase('sweep_failures_total', 'failure, reason'), '{{reason}} ({{failure}})')]),
    lines('Stages tried again, by reason', 'Stages queued once more after an attempt that failed or was lost.', 'none', [query(increase('sweep_stage_retries_total', 'reason'), '{{reason}}')]),
    lines('Leases expired, reports refused', 'Workers that fell silent, and late words of attempts that are not the stage\'s any more. See SweepLeasesExpire.', 'none', [
      query(`sum(increase(sweep_leases_expired_total{${silo}}${range}))`, 'leases expired'),
      query(`sum(increase(sweep_reports_refused_total{${silo}}${range}))`, 'reports refused')])],
]);

const experiment = dashboard('sweep-experiment', 'Sweep: experiment', 'How far experiments are, and the front they have found. Curves of single trials are in `sweep show` and on the silo\'s page.', [
  ['So far',
    bars('Progress', 'Finished share of the epochs that each experiment needs.', 'percentunit', [query(now('sweep_experiment_progress', 'experiment').replace(cluster, named), '{{experiment}}')], { width: 12, height: 5 }),
    number('Best accuracy', 'On the validation split, of the trials on the front.', 'percentunit', [query(now('sweep_experiment_best_accuracy', 'experiment').replace(cluster, named), '{{experiment}}')], { height: 5, decimals: 1 }),
    number('Trials on the front', 'That no other trial beats in all objectives.', 'none', [query(now('sweep_experiment_front_size', 'experiment').replace(cluster, named), '{{experiment}}')], { height: 5 }),
    number('Hypervolume', 'Of the front, over the unpruned net: how much better than it, in all objectives at once.', 'none', [query(now('sweep_experiment_hypervolume', 'experiment').replace(cluster, named), '{{experiment}}')], { height: 5, decimals: 3 })],
  ['The front',
    points('Accuracy and parameters', 'Each point is a trial on the front. Further up is more accurate, further left is smaller; at most 16 points of a front are shown.', {
      across: now('sweep_pareto_point_parameters', 'experiment, rank').replace(cluster, named), up: now('sweep_pareto_point_accuracy', 'experiment, rank').replace(cluster, named), name: 'parameters' }),
    points('Accuracy and FLOPs', 'The same trials by multiply-accumulates for one image, as papers count FLOPs.', {
      across: now('sweep_pareto_point_flops', 'experiment, rank').replace(cluster, named), up: now('sweep_pareto_point_accuracy', 'experiment, rank').replace(cluster, named), name: 'FLOPs' }),
    table('Points', 'The front in numbers, the most accurate first. `sweep front` has the trials\' names and settings.', 'short', [
      query(now('sweep_pareto_point_accuracy', 'experiment, rank').replace(cluster, named), '', { instant: true, refId: 'A' }),
      query(now('sweep_pareto_point_parameters', 'experiment, rank').replace(cluster, named), '', { instant: true, refId: 'P' }),
      query(now('sweep_pareto_point_flops', 'experiment, rank').replace(cluster, named), '', { instant: true, refId: 'F' })],
    { A: { name: 'accuracy', unit: 'percentunit' }, P: { name: 'parameters', unit: 'short' }, F: { name: 'FLOPs', unit: 'short' } })],
  ['Over time',
    lines('Hypervolume', 'Grows with each trial that extends the front; flat for long means that further trials find little.', 'none', [query(now('sweep_experiment_hypervolume', 'experiment').replace(cluster, named), '{{experiment}}')]),
    lines('Best accuracy', 'On the validation split.', 'percentunit', [query(now('sweep_experiment_best_accuracy', 'experiment').replace(cluster, named), '{{experiment}}')], { min: null }),
    lines('Trials on the front', 'May shrink: one trial can beat several.', 'none', [query(now('sweep_experiment_front_size', 'experiment').replace(cluster, named), '{{experiment}}')]),
    lines('Progress', 'Finished share of the epochs needed.', 'percentunit', [query(now('sweep_experiment_progress', 'experiment').replace(cluster, named), '{{experiment}}')], { max: 1, width: 12 }),
    lines('Experiments, by state', 'Of those in memory.', 'none', [query(now('sweep_experiments', 'state'), '{{state}}')], { stacked: true, width: 12 })],
]);

const silos = dashboard('sweep-silos', 'Sweep: silos and GPUs', 'What each silo\'s workers and devices do.', [
  ['Training',
    lines('Images a second, by silo', 'Images trained on.', 'none', [query(rate('sweep_train_samples_total', '', 'instance, device'), '{{instance}} {{device}}')]),
    heat('Time of a step', 'Optimizer updates by what they take, waiting for images included.', 's', rate('sweep_train_step_duration_seconds_bucket', '', 'le')),
    lines('Waiting for images', 'Share of training that waits for images: more loader threads help above a few per cent. See SweepLoaderStarves.', 'percentunit',
      [query(`${rate('sweep_train_loader_wait_seconds_total', '', 'instance')} / ${rate('sweep_train_step_duration_seconds_sum', '', 'instance')}`, '{{instance}}')], { max: 1 }),
    lines('Steps a second, by silo', 'Optimizer updates.', 'none', [query(rate('sweep_train_steps_total', '', 'instance, device'), '{{instance}} {{device}}')]),
    lines('Workers and attempts', 'Workers of each silo, and those at work.', 'none', [
      query(`sum by (instance) (sweep_worker_slots{${silo}})`, '{{instance}} workers'), query(`sum by (instance) (sweep_attempts_running{${silo}})`, '{{instance}} at work')]),
    lines('Lease renewal, 99 %', 'What the call takes by which a worker keeps its lease. Near the lease\'s length, leases expire.', 's',
      [query(quantile(0.99, 'sweep_lease_renewal_duration_seconds', 'instance, outcome'), '{{instance}} {{outcome}}')])],
  ['GPUs',
    lines('Utilisation', 'Share of time in which a kernel ran. From the driver; else from dcgm-exporter, where Prometheus scrapes it.', 'percentunit',
      [query(`sweep_gpu_utilization_ratio{${silo}} or on (instance, gpu) DCGM_FI_DEV_GPU_UTIL{${silo}} / 100`, '{{instance}} gpu {{gpu}}')], { max: 1 }),
    lines('Memory used', 'Share of each GPU\'s memory.', 'percentunit', [query(`sweep_gpu_memory_used_bytes{${silo}} / sweep_gpu_memory_size_bytes{${silo}}`, '{{instance}} gpu {{gpu}}')], { max: 1 }),
    lines('Power', 'Drawn by each GPU.', 'watt', [query(`sweep_gpu_power_watts{${silo}}`, '{{instance}} gpu {{gpu}}')]),
    lines('Temperature', 'Of each chip. See SweepGpuHot.', 'celsius', [query(`sweep_gpu_temperature_celsius{${silo}}`, '{{instance}} gpu {{gpu}}')], { min: null }),
    lines('Energy for a thousand images', 'Of all GPUs, over images trained on: what a sweep costs.', 'joule',
      [query(`1000 * ${rate('sweep_gpu_energy_joules_total')} / ${rate('sweep_train_samples_total')}`, 'energy')]),
    lines('Out of memory, memory errors', 'Attempts that ended because memory did, and errors that the memory could not correct. See SweepOutOfMemory, SweepGpuMemoryErrors.', 'none', [
      query(increase('sweep_out_of_memory_total', 'instance, device'), '{{instance}} {{device}} out of memory'),
      query(increase('sweep_gpu_memory_errors_total', 'instance, gpu'), '{{instance}} gpu {{gpu}} errors')]),
    table('Which GPUs', 'As the driver names them.', 'none', [query(`max by (instance, gpu, model, driver, uuid) (sweep_gpu_info{${silo}})`, '', { instant: true, refId: 'G' })],
      { G: { name: 'present', unit: 'none' } }, { height: 6 })],
  ['Checkpoints and artifacts',
    lines('Age of the last checkpoint', 'Since a worker of the silo last brought one to the store; it grows while nothing trains. See SweepCheckpointOld.', 's',
      [query(`time() - sweep_checkpoint_last_success_timestamp_seconds{${silo}}`, '{{instance}}')]),
    lines('Commit, 95 %', 'What it takes to bring a checkpoint or an artifact to the store.', 's', [query(quantile(0.95, 'sweep_commit_duration_seconds', 'content, outcome'), '{{content}} {{outcome}}')]),
    lines('Bytes to the store', 'Before what is there already is left out.', 'Bps', [query(rate('sweep_commit_size_bytes_total', '', 'content'), '{{content}}')])],
  ['Processes',
    lines('CPU of the silos', 'Cores that the silo itself uses; its engines are processes of their own.', 'none', [query(rate('dotnet_process_cpu_time_seconds_total', '', 'instance'), '{{instance}}')]),
    lines('Memory of the silos', 'Working set.', 'bytes', [query(`sum by (instance) (dotnet_process_memory_working_set_bytes{${silo}})`, '{{instance}}')]),
    table('Builds', 'What each silo is made of; two versions at once are a rolling upgrade, or one that stuck.', 'none',
      [query(`max by (instance, version, commit, orleans, runtime) (sweep_build_info{${silo}})`, '', { instant: true, refId: 'B' })], { B: { name: 'silo', unit: 'none' } }, { width: 8, height: 8 })],
]);

const orleans = dashboard('sweep-orleans', 'Sweep: Orleans and storage', 'Grains, their state, HTTP and the runtime below.', [
  ['Grain state',
    lines('Access, 95 %', 'What a read, a write or a clear of grain state takes, from the grain\'s side. See SweepStorageSlow.', 's', [query(quantile(0.95, 'sweep_storage_operation_duration_seconds', 'operation'), '{{operation}}')]),
    lines('Accesses a second', 'By operation.', 'ops', [query(rate('sweep_storage_operation_duration_seconds_count', '', 'operation'), '{{operation}}')]),
    lines('By outcome', 'A conflict is another silo that wrote first, which grains cope with; an error is the store\'s. See SweepStorageErrors.', 'ops',
      [query(rate('sweep_storage_operation_duration_seconds_count', '', 'outcome'), '{{outcome}}')])],
  ['Grains',
    lines('Grain calls', 'How long they take, from the caller\'s side.', 's', quantiles('orleans_app_requests_latency_seconds')),
    lines('Calls a second', 'That have ended.', 'reqps', [query(rate('orleans_app_requests_total', '', 'instance'), '{{instance}}')]),
    lines('Activations', 'Grains in memory.', 'none', [query(`sum by (instance) (orleans_catalog_activations{${silo}})`, '{{instance}}')], { stacked: true }),
    lines('Turns that took too long', 'A grain that does not let go: it blocks its callers, and its silo\'s threads.', 'none', [query(increase('orleans_scheduler_long_running_turns_total', 'instance'), '{{instance}}')]),
    lines('Messages expired and rejected', 'Calls that nobody waits for any more, and calls that a silo would not take.', 'none', [
      query(`sum(increase(orleans_messaging_expired_total{${silo}}${range}))`, 'expired'), query(`sum(increase(orleans_messaging_rejected_total{${silo}}${range}))`, 'rejected')]),
    lines('Pings without answer', 'Silos that another did not reach. See SweepSilosUnreachable.', 'none', [query(increase('orleans_messaging_pings_reply_missed_total', 'instance'), '{{instance}}')]),
    lines('Calls that timed out', 'By the type of grain that was called.', 'none', [query(increase('orleans_app_requests_timedout_total', 'grain_type'), '{{grain_type}}')])],
  ['HTTP',
    lines('Requests a second', 'By route.', 'reqps', [query(rate('http_server_request_duration_seconds_count', '', 'http_route'), '{{http_route}}')]),
    lines('Requests, 95 %', 'How long they take, by route.', 's', [query(quantile(0.95, 'http_server_request_duration_seconds', 'http_route'), '{{http_route}}')]),
    lines('Answers, by status', 'From 500 on it is the silo\'s fault.', 'reqps', [query(rate('http_server_request_duration_seconds_count', '', 'http_response_status_code'), '{{http_response_status_code}}')])],
  ['Runtime',
    lines('Heap', 'After the last collection.', 'bytes', [query(`sum by (instance) (dotnet_gc_last_collection_heap_size_bytes{${silo}})`, '{{instance}}')]),
    lines('Paused for garbage', 'Share of time in which the silo stood still: a long pause can cost leases.', 'percentunit', [query(rate('dotnet_gc_pause_time_seconds_total', '', 'instance'), '{{instance}}')]),
    lines('Thread pool queue', 'Work that waits for a thread: grains stand still while it is long. The runtime calls this length a counter, which it is not: no rate is taken.', 'none', [query(`sum by (instance) (dotnet_thread_pool_queue_length_total{${silo}})`, '{{instance}}')]),
    lines('Series, by silo', 'What a scrape brings. A silo has at most 3,000.', 'none', [query(`scrape_samples_scraped{${silo}} and on (instance) sweep_build_info`, '{{instance}}')]),
    lines('Series left out', 'Experiments beyond those that may have series of their own. See SweepSeriesDropped.', 'none', [query(`sum(increase(sweep_metrics_series_dropped_total{${silo}}${range}))`, 'experiments')])],
]);

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'helm', 'sweep', 'dashboards');
mkdirSync(folder, { recursive: true });
for (const [name, board] of Object.entries({ overview, experiment, silos, orleans })) {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(board, null, 2) + '\n');
}
