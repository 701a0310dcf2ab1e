import { groupsOf, type Turns } from './turns.ts';
import { mvmsOf } from './turns-metrics.ts';

/** One layer (slice) in one group. */
export interface LayerTurn {
  readonly group: number;
  readonly slice: number;
  readonly start: number;
  readonly end: number;
}

/**
 * `lbl`: a group goes through the layers one after the other, `ceil(B·t / d) - 1 + λ` cycles each. In rounds of one layer
 * the copies that run an MVM are written between them.
 */
export function layersInTurns(turns: Turns): LayerTurn[] {
  const { slices, copies, rounds, writeCycles, parallelWrites, resultCycles } = turns;
  const layers: LayerTurn[] = [];
  let cycle = 0;
  groupsOf(turns).forEach((inferences, group) => {
    slices.forEach(({ pes }, slice) => {
      const mvms = inferences * mvmsOf(turns, slice);
      const written = pes * Math.min(copies[slice]!, mvms);
      const isThere = rounds.length === 1 || layers.length === 0;
      const start = isThere ? cycle : cycle + Math.ceil(written / parallelWrites) * writeCycles;
      cycle = start + Math.ceil(mvms / copies[slice]!) - 1 + resultCycles;
      layers.push({ group, slice, start, end: cycle });
    });
  });
  return layers;
}
