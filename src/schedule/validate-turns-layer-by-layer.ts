import type { Network } from '../network/network.ts';
import { rectangle } from './sets.ts';
import {
  checkShape,
  groupsOf,
  isOneRound,
  type LayerInTurns,
  type TurnsToValidate,
} from './turns-to-validate.ts';

/**
 * Checks a finished layer-by-layer schedule in turns, or of a batch, against spec.md section 9, MVM by MVM: a group goes
 * through the layers (slices) one after the other, MVM `m` of a group runs on copy `m mod d` as soon as that is free, and
 * between two layers the copies that run an MVM are written, unless everything is one round.
 *
 * @throws Error that names the layer, the set and what is violated. A wrong schedule is a bug of ours.
 */
export function validateTurnsLayerByLayer(network: Network, turns: TurnsToValidate): void {
  checkShape(network, turns);
  let cycle = 0;
  for (const { group, first, inferences } of groupsOf(turns)) {
    turns.layers.forEach((layer, index) => {
      const isThere = isOneRound(turns) || (group === 0 && index === 0);
      const start = isThere ? cycle : cycle + writing(network, turns, layer, inferences);
      cycle = checkLayer(network, turns, layer, { start, first, inferences });
    });
    if (turns.groupEndCycles[group] !== cycle) {
      throw new Error(
        `the schedule claims that group ${group} ends at cycle ${turns.groupEndCycles[group]}, and it does at ${cycle}`,
      );
    }
  }
  if (turns.cycles !== cycle) {
    throw new Error(`the schedule claims ${turns.cycles} cycles, but its last layer ends at cycle ${cycle}`);
  }
}

/** Cycles to write the copies of a layer that run an MVM of a group. */
function writing(
  network: Network,
  { writing: writes, totalPes }: TurnsToValidate,
  { layer, copies, pesPerCopy }: LayerInTurns,
  inferences: number,
): number {
  const { writeCycles, parallelWrites = totalPes } = writes!;
  const { height, width } = network.layers[layer]!.shape;
  const pes = pesPerCopy * Math.min(copies, height * width * inferences);
  return Math.ceil(pes / parallelWrites) * writeCycles;
}

/** Checks a layer of a group that may start at `start`, and returns when its last result is there. */
function checkLayer(
  network: Network,
  { resultCycles }: TurnsToValidate,
  layer: LayerInTurns,
  { start, first, inferences }: { start: number; first: number; inferences: number },
): number {
  const ofm = network.layers[layer.layer]!.shape;
  const mvms = ofm.height * ofm.width;
  const { name, setHeight, setWidth, copies } = layer;
  const copyIsFree = new Float64Array(copies).fill(start);
  const starts = new Float64Array(mvms * inferences);
  for (let mvm = 0; mvm < starts.length; mvm++) starts[mvm] = copyIsFree[mvm % copies]!++;

  const count = Math.ceil(ofm.height / setHeight) * Math.ceil(ofm.width / setWidth);
  for (let k = 0; k < count * inferences; k++) {
    const { y, x, height, width } = rectangle({ ofm, setHeight, setWidth }, k % count);
    const set = first * count + k;
    const claimed = layer.copy?.(set);
    const where = () => `layer ${name}, set ${k % count} of inference ${first + Math.floor(k / count)}`;
    let begin = Number.POSITIVE_INFINITY;
    let end = 0;
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) {
        const mvm = Math.floor(k / count) * mvms + row * ofm.width + column;
        if (claimed !== undefined && claimed !== mvm % copies) {
          throw new Error(`${where()}: is on copy ${claimed}, and the rules say ${mvm % copies}`);
        }
        begin = Math.min(begin, starts[mvm]!);
        end = Math.max(end, starts[mvm]! + resultCycles);
      }
    }
    if (layer.start(set) === begin && layer.finish(set) === end) continue;
    throw new Error(
      `${where()}: runs from cycle ${layer.start(set)} to ${layer.finish(set)}, but its MVMs run from cycle ${begin} to ${end}`,
    );
  }
  return starts.reduce((latest, begin) => Math.max(latest, begin + resultCycles), start);
}
