import { stringify } from 'yaml';
import type { Architecture } from '../../architecture/architecture.ts';
import { ClsaCimError } from '../../errors.ts';
import { oneLine } from '../../input/show.ts';
import { parseYaml } from '../../input/yaml.ts';
import type { Network } from '../../network/network.ts';
import { turnOfOthers } from '../../progress.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import { simulateWorkload } from '../../simulate/simulate.ts';
import { architectureOf, overridden } from '../../sweep/architecture-overrides.ts';
import { resultsOf } from '../../sweep/columns.ts';
import { defaultPareto } from '../../sweep/default-pareto.ts';
import { createGrid, digitsOf, valuesAt } from '../../sweep/grid.ts';
import type { Values } from '../../sweep/point.ts';
import { checkSpec } from '../../sweep/spec.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import { prepare } from '../../workload/workload.ts';
import { pathOf } from '../command-line.ts';
import { CHIP_FILE, type Configuration, defaults, SWEEP_FILE, toSchedule } from '../configuration.ts';
import { VERSION } from '../version.ts';
import type { Contact } from '../worker.ts';
import { chipOf, mappingOptions } from './chip.ts';
import { Kept } from './kept.ts';
import { networkOf } from './network.ts';
import { type SweepTables, sweepTables } from './sweep-tables.ts';

/** What one parameter is to be: a list of values, or a range, as in a sweep file. */
export interface SweepAxis {
  readonly parameter: string;
  readonly values: string;
}

export interface SweepRequest {
  readonly configuration: Configuration;
  readonly axes: readonly SweepAxis[];
  /** Whether the chip is simulated, or the schedule is all. */
  readonly simulated: boolean;
}

/** One point: its parameters, and its results or why there are none. */
export interface SweepRow {
  readonly parameters: Values;
  readonly results?: Values;
  readonly error?: string;
}

export interface SweepAnswer {
  readonly rows: readonly SweepRow[];
  /** Metrics of the Pareto front. */
  readonly pareto: readonly string[];
  /** What the command line writes of it. */
  readonly tables: SweepTables;
  /** The same as a file of the command line. */
  readonly file: string;
  /** What the points change. */
  readonly chip: Architecture;
  /** True where the user has ended it: some points are left. */
  readonly isStopped: boolean;
}

/** More are for the command line, which has threads and a journal. */
const MAX_POINTS = 5000;

/** Both sides of a crossbar at once. */
const CROSSBAR_SIZE = 'crossbarSize';

/** Runs all points of a small sweep, one after the other. */
export async function sweepTask(request: SweepRequest, { report, stop }: Contact): Promise<SweepAnswer> {
  const { configuration } = request;
  const network = await networkOf(configuration);
  const chip = chipOf(configuration);
  const written = specOf(request);
  const spec = checkSpec(written, SWEEP_FILE);
  const axes = [
    { names: ['model'], rows: [[network.name]] },
    { names: ['architecture'], rows: [[chip.name]] },
    ...spec.axes,
  ];
  const grid = createGrid(axes);
  if (grid.size > MAX_POINTS) {
    throw new ClsaCimError(
      `${SWEEP_FILE}: ${grid.size} points are more than ${MAX_POINTS}, which a page computes; give fewer values, or use clsa-cim sweep`,
      'input',
      { code: 'TOO_LARGE' },
    );
  }
  const runner = new Runner(configuration, network, chip);
  const rows: SweepRow[] = [];
  const digits = new Int32Array(grid.axes.length);
  for (let i = 0; i < grid.size && !stop.aborted; i++) {
    digitsOf(grid, i, digits);
    rows.push(runner.row(valuesAt(grid, digits)));
    report({ share: rows.length / grid.size });
    // So that a stop is heard.
    await turnOfOthers();
  }
  const pareto = defaultPareto([chip], spec.axes);
  return {
    ...{ rows, pareto, chip, file: stringify(written), isStopped: stop.aborted },
    tables: sweepTables({
      ...{ axes, rows, pareto, total: grid.size, chip, version: VERSION },
    }),
  };
}

/** The sweep as its file has it: what the configuration says has one value. */
function specOf({ configuration: asked, axes, simulated }: SweepRequest) {
  const configuration = simulated ? asked : toSchedule(asked);
  const { model, dims, batchAxis, allowUnknown, arch, chip, pes, extraPes, duplication } = configuration;
  const { scheduling, granularity, batch, placement, group, reload, rounds } = configuration;
  const given = { scheduling, granularity, batch, placement };
  const varied = axes.map(({ parameter, values }) => [parameter, valuesOf(parameter, values)] as const);
  const names = new Set(axes.map(({ parameter }) => parameter));
  const fixed = [
    ...Object.entries(dims).map(([name, size]) => [`dim.${name}`, size] as const),
    ...Object.entries({ batchAxis, allowUnknown }).filter(([, isSet]) => isSet),
    ...Object.entries(given).filter(([name, value]) => value !== defaults[name as keyof typeof given]),
    ...Object.entries({ pes, extraPes, duplication, group, reload, rounds }).filter(
      ([, value]) => value !== undefined,
    ),
    ...(simulated ? [['simulated', true] as const] : []),
  ].filter(
    ([name]) =>
      !names.has(name) &&
      !(name === 'pes' && names.has('extraPes')) &&
      !(name === 'extraPes' && names.has('pes')),
  );
  if (typeof duplication === 'object' && !names.has('duplication')) {
    throw new ClsaCimError(
      'copies that were found are those of one configuration; choose a policy for a sweep',
    );
  }
  const size = varied.find(([name]) => name === CROSSBAR_SIZE)?.[1];
  return {
    models: [pathOf(model)],
    architectures: [chip === undefined ? arch : CHIP_FILE],
    product: Object.fromEntries([...fixed, ...varied.filter(([name]) => name !== CROSSBAR_SIZE)]),
    ...(size === undefined ? {} : { zip: { crossbarRows: size, crossbarColumns: size } }),
  };
}

/** Values as they are written in a sweep file; of a list the brackets may be left out. */
function valuesOf(parameter: string, values: string): unknown {
  const text = values.trim();
  return parseYaml(/^[[{]/.test(text) ? text : `[${text}]`, `${SWEEP_FILE}: ${oneLine(parameter)}`);
}

/** Runs points of one network on one chip, with what the points change. */
class Runner {
  readonly #configuration: Configuration;
  readonly #network: Network;
  readonly #chip: Architecture;
  readonly #schedulers = new Kept<Scheduler>(2, (scheduler) => scheduler.release());

  constructor(configuration: Configuration, network: Network, chip: Architecture) {
    this.#configuration = configuration;
    this.#network = network;
    this.#chip = chip;
  }

  row(parameters: Values): SweepRow {
    try {
      return { parameters, results: this.#results(parameters) };
    } catch (error) {
      if (!(error instanceof ClsaCimError)) throw error;
      return { parameters, error: oneLine(error.message) };
    }
  }

  #results(parameters: Values): Values {
    const { content, overrides } = overridden(this.#chip, parameters);
    const architecture = architectureOf(content(), overrides, this.#chip.name);
    // What a sweep varies has the names that a configuration has, and was checked as values of these.
    const {
      pes: _,
      extraPes: __,
      ...others
    } = parameters.simulated === true ? this.#configuration : toSchedule(this.#configuration);
    const run = { ...others, ...parameters } as Configuration;
    const { scheduling, batch, group, reload, rounds, placement, granularity } = run;
    const mapping = mappingOptions(run, this.#network, architecture.given);
    const turns = {
      group: group ?? undefined,
      reload: reload ?? undefined,
      rounds: rounds ?? undefined,
    };
    if (parameters.simulated === true) {
      const cut = parseGranularity(scheduling === 'lbl' ? 'pixel' : granularity);
      const workload = prepare(this.#network, architecture, { granularity: cut });
      return resultsOf(simulateWorkload(workload, { ...mapping, scheduling, placement, ...turns, batch }));
    }
    const scheduler = this.#schedulers
      .get(granularity, () => {
        const cut = parseGranularity(granularity);
        return new Scheduler(prepare(this.#network, architecture, { granularity: cut }));
      })
      .on(architecture);
    const options = { ...mapping, scheduling, batch: batch === 1 ? undefined : batch, ...turns };
    return resultsOf(scheduler.schedule(scheduler.map(options), options));
  }
}
