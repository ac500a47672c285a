// Parts that the dashboards are made of. Types: Grafana 11 and later (schema 42, XY charts with manual mapping).

const datasource = { type: 'prometheus', uid: '${datasource}' };
const legend = { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] };
const tooltip = { mode: 'multi', sort: 'desc' };

/** One query. A range, unless it is wanted for a table or a chart of points. */
export function query(expr, legendFormat = '__auto', { instant = false, refId } = {}) {
  return { expr, legendFormat, instant, refId };
}

function target({ expr, legendFormat, instant, refId }, index) {
  return {
    refId: refId ?? String.fromCharCode(65 + index),
    datasource,
    expr,
    legendFormat,
    editorMode: 'code',
    ...(instant ? { instant: true, range: false, format: 'table' } : { instant: false, range: true }),
  };
}

function panel(type, title, description, unit, queries, size, { options, custom = {}, defaults = {}, overrides = [], transformations } = {}) {
  return {
    type,
    title,
    description,
    datasource,
    size,
    targets: queries.map(target),
    options,
    fieldConfig: { defaults: { unit, color: { mode: 'palette-classic' }, custom, ...defaults }, overrides },
    ...(transformations ? { transformations } : {}),
  };
}

export function lines(title, description, unit, queries, { stacked = false, width = 8, height = 8, min = 0, max } = {}) {
  return panel('timeseries', title, description, unit, queries, { width, height }, {
    options: { legend, tooltip },
    custom: {
      drawStyle: 'line',
      lineInterpolation: 'linear',
      lineWidth: 1,
      fillOpacity: stacked ? 40 : 8,
      showPoints: 'never',
      spanNulls: false,
      stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    },
    defaults: { ...(min === null ? {} : { min }), ...(max === undefined ? {} : { max }) },
  });
}

const reduce = { values: false, calcs: ['lastNotNull'], fields: '' };

export function number(title, description, unit, queries, { width = 4, height = 4, steps = [{ value: null, color: 'text' }], decimals } = {}) {
  return panel('stat', title, description, unit, queries, { width, height }, {
    options: {
      reduceOptions: reduce, orientation: 'auto', textMode: 'auto', colorMode: 'value', graphMode: 'area', justifyMode: 'auto', wideLayout: true, showPercentChange: false,
    },
    defaults: { color: { mode: 'thresholds' }, thresholds: { mode: 'absolute', steps }, ...(decimals === undefined ? {} : { decimals }) },
  });
}

export function share(title, description, queries, { width = 4, height = 4 } = {}) {
  return panel('gauge', title, description, 'percentunit', queries, { width, height }, {
    options: { reduceOptions: reduce, orientation: 'auto', showThresholdLabels: false, showThresholdMarkers: false, minVizHeight: 75, minVizWidth: 75, sizing: 'auto' },
    defaults: { min: 0, max: 1, color: { mode: 'thresholds' }, thresholds: { mode: 'absolute', steps: [{ value: null, color: 'blue' }] } },
  });
}

export function bars(title, description, unit, queries, { width = 8, height = 8 } = {}) {
  return panel('bargauge', title, description, unit, queries, { width, height }, {
    options: {
      reduceOptions: reduce, orientation: 'horizontal', displayMode: 'basic', valueMode: 'color', namePlacement: 'auto', showUnfilled: true, sizing: 'auto',
      minVizHeight: 16, minVizWidth: 8, maxVizHeight: 40, legend: { ...legend, showLegend: false },
    },
    defaults: { min: 0, max: 1, color: { mode: 'thresholds' }, thresholds: { mode: 'absolute', steps: [{ value: null, color: 'blue' }] } },
  });
}

export function heat(title, description, unit, expr, { width = 8, height = 8 } = {}) {
  const built = panel('heatmap', title, description, unit, [query(expr, '{{le}}')], { width, height }, {
    options: {
      calculate: false,
      cellGap: 1,
      color: { mode: 'scheme', scheme: 'Oranges', steps: 64, fill: 'dark-orange', exponent: 0.5, reverse: false },
      filterValues: { le: 1e-9 },
      rowsFrame: { layout: 'auto' },
      showValue: 'never',
      tooltip: { mode: 'single', yHistogram: false, showColorScale: false },
      legend: { show: true },
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      yAxis: { axisPlacement: 'left', reverse: false, unit },
    },
  });
  built.targets[0].format = 'heatmap';
  return built;
}

/** Points of two instant queries that have the labels experiment and rank in common, one query across and one up. */
export function points(title, description, { across, up, name, width = 12, height = 11 }) {
  const field = (options) => ({ matcher: { id: 'byName', options } });
  return panel('xychart', title, description, 'short', [query(across, '', { instant: true, refId: 'X' }), query(up, '', { instant: true, refId: 'Y' })], { width, height }, {
    options: {
      mapping: 'manual',
      legend: { ...legend, showLegend: false },
      tooltip: { mode: 'single', sort: 'none' },
      series: [{ frame: { matcher: { id: 'byIndex', options: 0 } }, x: field('Value #X'), y: field('Value #Y'), name: { fixed: 'front' } }],
    },
    custom: {
      show: 'points', pointSize: { fixed: 8 }, pointShape: 'circle', fillOpacity: 60, pointStrokeWidth: 1,
      axisPlacement: 'auto', axisColorMode: 'text', axisBorderShow: false, scaleDistribution: { type: 'linear' },
    },
    overrides: [
      { matcher: { id: 'byName', options: 'Value #X' }, properties: [{ id: 'displayName', value: name }, { id: 'custom.scaleDistribution', value: { type: 'log', log: 10 } }, { id: 'unit', value: 'short' }] },
      { matcher: { id: 'byName', options: 'Value #Y' }, properties: [{ id: 'displayName', value: 'accuracy' }, { id: 'unit', value: 'percentunit' }] },
    ],
    transformations: [{ id: 'merge', options: {} }],
  });
}

export function table(title, description, unit, queries, columns, { width = 24, height = 9 } = {}) {
  const names = Object.fromEntries(queries.map((one) => [`Value #${one.refId}`, columns[one.refId].name]));
  return panel('table', title, description, unit, queries, { width, height }, {
    options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: 'rank', desc: false }] },
    custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false },
    overrides: queries.map((one) => ({ matcher: { id: 'byName', options: columns[one.refId].name }, properties: [{ id: 'unit', value: columns[one.refId].unit }] })),
    transformations: [{ id: 'merge', options: {} }, { id: 'organize', options: { excludeByName: { Time: true }, renameByName: names, indexByName: {}, includeByName: {} } }],
  });
}

function variable(name, label, description, labelQuery, regex) {
  return {
    type: 'query', name, label, description, datasource,
    query: { query: labelQuery, refId: 'variable' }, definition: labelQuery,
    regex, refresh: 2, sort: 1, multi: true, includeAll: true, allValue: '.*', hide: 0, skipUrlSync: false,
    current: { selected: true, text: ['All'], value: ['$__all'] }, options: [],
  };
}

/** Left to right, a new line where one does not fit; each line as high as its highest panel. */
export function dashboard(uid, title, description, sections) {
  const panels = [];
  let [x, y, high] = [0, 0, 0];
  const line = () => { [x, y, high] = [0, y + high, 0]; };
  for (const [name, ...members] of sections) {
    line();
    panels.push({ id: panels.length + 1, type: 'row', title: name, collapsed: false, panels: [], gridPos: { x: 0, y, w: 24, h: 1 } });
    y += 1;
    for (const { size, ...one } of members) {
      if (x + size.width > 24) {
        line();
      }

      panels.push({ id: panels.length + 1, ...one, gridPos: { x, y, w: size.width, h: size.height } });
      x += size.width;
      high = Math.max(high, size.height);
    }
  }

  return {
    uid, title, description, tags: ['sweep'], schemaVersion: 42, version: 1, editable: true, graphTooltip: 1, timezone: 'browser', refresh: '30s', fiscalYearStartMonth: 0, liveNow: false,
    time: { from: 'now-3h', to: 'now' },
    timepicker: {},
    annotations: { list: [] },
    links: [{ title: 'Sweep', type: 'dashboards', tags: ['sweep'], asDropdown: true, includeVars: true, keepTime: true, targetBlank: false, icon: 'external link', tooltip: 'The other dashboards', url: '' }],
    templating: {
      list: [
        {
          type: 'datasource', name: 'datasource', label: 'Data source', description: 'A Prometheus that scrapes the silos.', query: 'prometheus', regex: '', multi: false, includeAll: false,
          hide: 0, skipUrlSync: false, refresh: 1, current: { selected: false, text: 'Prometheus', value: 'prometheus' }, options: [],
        },
        variable('namespace', 'Namespace', 'Of Kubernetes; there is none outside.', 'label_values(sweep_build_info, namespace)', ''),
        variable('instance', 'Silo', 'As Prometheus scrapes it.', 'label_values(sweep_build_info{namespace=~"$namespace"}, instance)', ''),
        variable('experiment', 'Experiment', 'Those in memory: the running, and those that ended lately.', 'label_values(sweep_experiment_progress{namespace=~"$namespace"}, experiment)', ''),
      ],
    },
    panels,
  };
}
