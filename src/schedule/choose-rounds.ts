import type { Writing } from '../architecture/writing.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineTurns } from '../engine/turns.ts';
import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';
import type { Duplication } from '../map/duplicate.ts';
import { type Fit, fitNetwork, missingPes } from '../map/fit.ts';
import { type Mapping, type MappingOptions, mapFit } from '../map/mapping.ts';
import { checkList, fewestRounds, mapRounds, namedRounds, type Turns } from '../map/rounds.ts';
import { basesOf, slicesOf } from '../map/slices.ts';
import type { Workload } from '../workload/workload.ts';
import { autoRounds } from './auto-rounds.ts';
import type { RoundChoice } from './round-bounds.ts';
import { mostCyclesOfRound } from './run-groups.ts';
import type { Scheduling } from './scheduling.ts';
import { type BatchOptions, batchOf, type Rounds } from './turn-options.ts';

/** How a network is mapped, in rounds where it has to be or is asked for. */
export interface MapOptions extends MappingOptions, BatchOptions {
  /** `xinf` by default; layer by layer, every layer is a round. */
  readonly scheduling?: Scheduling | undefined;
}

/** Whoever lends an engine with the problem of the workload. */
export type UseEngine = <T>(work: (engine: Engine) => T) => T;

/**
 * Maps a workload's network: all at once where it fits and no rounds are asked for, otherwise in rounds (spec.md
 * section 9).
 *
 * @throws ClsaCimError where it does not fit and weights cannot take turns, or where an option is at fault.
 */
export function mapInTurns(workload: Workload, options: MapOptions, useEngine: UseEngine): Mapping {
  const { network, architecture } = workload;
  const fit = fitNetwork(network, architecture, options);
  const { rounds, scheduling, duplication = 'greedy' } = options;
  if (rounds === undefined && !hasToTakeTurns(workload, fit)) {
    return mapFit(network, architecture, fit, duplication);
  }
  const writing = demandWriting(workload);
  const turns = turnsOf(fit, duplication);
  checkList(turns);
  if (scheduling === 'lbl') return mapRounds(turns, everySlice(options, turns));
  return mapRounds(turns, startsOf(rounds ?? 'auto', { workload, turns, writing, options, useEngine }));
}

/** The slices of a network on the PEs that there are. */
export function turnsOf(fit: Fit, duplication: Duplication): Turns {
  const pes = fit.there[0]!;
  return { slices: slicesOf(fit.layers, pes), pes, fit, duplication };
}

/** True where weights take turns though no rounds are asked for: they do not fit, and the chip can write them. */
export function hasToTakeTurns(workload: Workload, fit: Fit): boolean {
  return canTakeTurns(workload) && missingPes(fit)[0]! > 0;
}

/** True where weights may take turns: the time to write them is known, which it only is of crossbars of one size. */
export function canTakeTurns({ architecture }: Workload): boolean {
  return architecture.writing !== undefined;
}

/** @throws ClsaCimError of kind `usage` where nothing says how long writing takes, or crossbars are of several sizes. */
export function demandWriting({ architecture }: Workload): Writing {
  const { name, crossbars, writing } = architecture;
  if (crossbars.kind === 'listed') {
    throw new ClsaCimError(
      `rounds: architecture ${oneLine(name)} has crossbars of several sizes, and weights take turns on one size only; give ` +
        'an architecture with crossbarRows and crossbarColumns',
      'usage',
    );
  }
  if (writing !== undefined) return writing;
  throw new ClsaCimError(
    `rounds: architecture ${oneLine(name)} does not say how long writing takes; add peWriteNs or rowWriteNs to it`,
    'usage',
  );
}

/** Layer by layer, every slice is a round. */
function everySlice({ rounds }: MapOptions, turns: Turns): number[] {
  if (rounds === undefined || rounds === 'auto') return eachSlice(turns);
  throw new ClsaCimError(
    'rounds: layer by layer (scheduling lbl) every layer is a round; leave rounds out, or schedule xinf',
    'usage',
  );
}

function eachSlice({ slices }: Turns): number[] {
  return slices.map((_, i) => i);
}

interface Choice {
  readonly workload: Workload;
  readonly turns: Turns;
  readonly writing: Writing;
  readonly options: MapOptions;
  readonly useEngine: UseEngine;
}

function startsOf(rounds: Rounds, choice: Choice): readonly number[] {
  const { turns } = choice;
  if (rounds === 'fewest') return fewestRounds(turns);
  if (rounds !== 'auto') return namedRounds(turns, rounds);
  // Where a list of copies fits no rounds, a layer takes too much by itself, and is named when it is mapped.
  return chooseRounds(choice) ?? eachSlice(turns);
}

/** The rounds of `auto`; undefined where a list of copies fits none. */
function chooseRounds({
  workload,
  turns,
  writing,
  options,
  useEngine,
}: Choice): readonly number[] | undefined {
  const choice = { workload, turns, writing, group: batchOf(options).group };
  return useEngine((engine) => autoRounds(choice, openRounds(engine, choice)));
}

/** An engine that has the problem of the workload, ready for the slices in `barrier`. */
export function openRounds(engine: Engine, { workload, turns, writing, group }: RoundChoice): EngineTurns {
  const layers = layersOf(turns, workload.problem.baseLayers);
  const slices = turns.slices.map(({ pesPerCopy }, i) => {
    const mostCopies = Math.floor(turns.pes / pesPerCopy);
    return { layer: layers[i]!, round: 0, pes: pesPerCopy, copies: 1, mostCopies };
  });
  const { writeCycles, parallelWrites: parallel = turns.pes } = writing;
  const setup = {
    slices,
    inferences: group,
    writing: { mode: 'barrier' as const, pes: turns.pes, parallel, writeCycles },
  };
  const most = mostCyclesOfRound({ layers: turns.slices, totalPes: turns.pes }, workload, group);
  return engine.openTurns(setup, most);
}

/** Index in the problem of the layer of each slice. */
export function layersOf({ slices }: Pick<Turns, 'slices'>, baseLayers: readonly number[]): number[] {
  return basesOf(slices).map((base) => baseLayers[base]!);
}
