import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import type { Network } from '../network/network.ts';
import type { DetailedSchedule } from '../schedule/schedule-result.ts';
import { type LayerSets, rectangle } from '../schedule/sets.ts';
import { groupsOf, isOneRound, type TurnsToValidate } from '../schedule/turns-to-validate.ts';
import { turnsOf } from '../schedule/validate-result.ts';
import { writtenCopies } from '../schedule/validate-writing.ts';
import { tilesOf } from './layer-tiles.ts';
import type { TakenPes, TimedNode, TimedResidency, Timeline } from './timeline.ts';

/**
 * A schedule as verification plays it, with inputs that are there from the start.
 *
 * @param schedule With its sets (`keepSets`).
 */
export function timelineOfSchedule(
  network: Network,
  architecture: AnyArchitecture,
  schedule: DetailedSchedule,
): Timeline {
  const normal = normalArchitecture(architecture);
  const { sets, layers } = schedule;
  if (sets === undefined) throw new Error('the schedule has not kept its sets');
  const turns = turnsOf(normal, schedule);
  const residencies = residenciesOf(network, turns, schedule);
  const tiles = tilesOf(
    network,
    normal,
    sets.map(({ layer }, i) => ({
      layer,
      pes: layers[i]!.pes,
      crossbar: classOf(normal, layers[i]!.crossbar),
    })),
  );
  const numbers = residencyNumbers(residencies, sets.length);
  const positions = new RectanglePositions();
  return {
    ...{ network, residencies, hasInputs: false },
    inferences: turns.batch,
    totalPes: turns.totalPes,
    nodes: sets.map((own, i): TimedNode => {
      const { layer, name, copies, count, inferences, group } = own;
      const perInference = count / inferences;
      const groupOf = (k: number) => Math.floor(Math.floor(k / perInference) / group);
      // Where weights stay, copies are the same in all groups.
      const perGroup = isOneRound(turns) ? 0 : copies;
      return {
        ...{ kind: 'base', layer, name, ofm: own.ofm, ...tiles[i]!, copies, sets: perInference },
        start: own.start,
        finish: own.finish,
        free: (k) => own.finish(k) - turns.resultCycles + 1,
        granted: () => -1,
        copy: (k) => {
          const copy = own.copy(k);
          return copy === undefined ? -1 : groupOf(k) * perGroup + copy;
        },
        residency: (k) => numbers[i]?.[groupOf(k)]?.(own.copy(k) ?? 0) ?? -1,
        positions: (k) => positions.of(own, k),
      };
    }),
  };
}

function classOf({ crossbars }: NormalArchitecture, name: string | undefined): number {
  return name === undefined ? 0 : crossbars.classes.findIndex((own) => own.name === name);
}

/** Per node and group the residency of a copy. */
function residencyNumbers(residencies: readonly TimedResidency[], nodes: number) {
  const numbers = Array.from({ length: nodes }, (): ((copy: number) => number)[] => []);
  residencies.forEach(({ node, group, copy }, number) => {
    if (copy < 0) numbers[node]![group] = () => number;
    // Copies of a group follow each other.
    else numbers[node]![group] ??= (own) => (residencies[number + own]?.node === node ? number + own : -1);
  });
  return numbers;
}

/** The copies that are on the chip for a group; none where weights stay. */
function residenciesOf(
  network: Network,
  turns: TurnsToValidate,
  { scheduling }: DetailedSchedule,
): TimedResidency[] {
  if (isOneRound(turns)) return [];
  if (scheduling === 'lbl') return residenciesLayerByLayer(network, turns);
  const { writeCycles } = turns.writing!;
  return writtenCopies(network, turns).map(({ layer, index, group, copy, starts, ready }) => ({
    ...{ node: index, group, copy, pes: starts.length },
    takes: claimedTakes(starts, ready, layer.ready![group]![copy]!, writeCycles),
  }));
}

/**
 * When PEs are written: as soon as the rules let them be, whatever the schedule claims; or as much later as it claims that
 * the copy is written, or before cycle 0.
 */
function claimedTakes(starts: Float64Array, ready: number, claimed: number, writeCycles: number): TakenPes[] {
  if (claimed === 0) return [];
  const later = Math.max(0, claimed - ready);
  const takes: Growing<TakenPes>[] = [];
  for (const start of starts) {
    if (start === 0 && ready > 0) continue; // one of those that are written before cycle 0
    const cycle = ready === 0 ? Math.max(0, claimed - writeCycles) : start + later;
    const last = takes.at(-1);
    if (last?.cycle === cycle) last.pes++;
    else takes.push({ cycle, begin: cycle, end: cycle + writeCycles, pes: 1, tile: -1 });
  }
  return takes;
}

type Growing<T> = { -readonly [Key in keyof T]: T[Key] };

/** Layer by layer all copies of a layer that run an MVM of a group are written when the layer before is finished. */
function residenciesLayerByLayer(network: Network, turns: TurnsToValidate): TimedResidency[] {
  const { layers, totalPes } = turns;
  const { writeCycles, parallelWrites = totalPes } = turns.writing!;
  let end = 0;
  return groupsOf(turns).flatMap(({ group, first, inferences }) =>
    layers.map((own, node): TimedResidency => {
      const { height, width } = network.layers[own.layer]!.shape;
      const sets = Math.ceil(height / own.setHeight) * Math.ceil(width / own.setWidth);
      const pes = own.pesPerCopy * Math.min(own.copies, height * width * inferences);
      const isThere = group === 0 && node === 0;
      const written = end + Math.ceil(pes / parallelWrites) * writeCycles;
      const takes = isThere ? [] : [{ cycle: end, begin: end, end: written, pes, tile: -1 }];
      for (let k = first * sets; k < (first + inferences) * sets; k++) end = Math.max(end, own.finish(k));
      return { node, group, copy: -1, pes, takes };
    }),
  );
}

/** Lists the positions of rectangles, in one array for all of a size. */
class RectanglePositions {
  readonly #arrays = new Map<number, Int32Array>();

  of(sets: Pick<LayerSets, 'ofm' | 'setHeight' | 'setWidth'>, k: number): Int32Array {
    const { y, x, height, width } = rectangle(sets, k);
    const positions = this.#arrayOf(height * width);
    let at = 0;
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) positions[at++] = row * sets.ofm.width + column;
    }
    return positions;
  }

  #arrayOf(length: number): Int32Array {
    let array = this.#arrays.get(length);
    if (array === undefined) {
      array = new Int32Array(length);
      this.#arrays.set(length, array);
    }
    return array;
  }
}
