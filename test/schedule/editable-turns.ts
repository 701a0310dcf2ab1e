/** Schedules in turns by the reference, whose times a test may change. */
import type { Network } from '../../src/network/network.ts';
import type { LayerInTurns, TurnsToValidate } from '../../src/schedule/turns-to-validate.ts';
import { validateTurns } from '../../src/schedule/validate-turns.ts';
import { referenceTurns, type Turns } from '../reference/turns.ts';
import { groupEnds } from '../reference/turns-metrics.ts';

/** A schedule whose times a test may change. */
export interface Editable extends Omit<TurnsToValidate, 'layers'> {
  readonly layers: (Omit<LayerInTurns, 'start' | 'finish' | 'ready'> & {
    readonly starts: number[];
    readonly finishes: number[];
    /** [group][copy] */
    readonly readies: number[][];
  })[];
}

/** What the reference schedules, with all that it claims. */
export function editable(turns: Turns): Editable {
  const times = referenceTurns(turns);
  const { analysis, slices, rounds, copies, totalPes, writeCycles, parallelWrites } = turns;
  const { reload, batch, group, resultCycles } = turns;
  const layers = slices.map(({ name, base, index, of, pes }, slice) => {
    const { layer, sets } = analysis.layers[base]!;
    // The first set is one that is not cut short.
    const { top, bottom, left, right } = sets[0]!;
    return {
      ...{ name, layer, setHeight: bottom - top, setWidth: right - left, copies: copies[slice]! },
      ...{ pesPerCopy: pes, slice: of === 1 ? undefined : { index, of } },
      starts: [...times.slices[slice]!.start],
      finishes: [...times.slices[slice]!.finish],
      readies: times.ready.map((ofGroup) => [...ofGroup[slice]!]),
    };
  });
  const groupEndCycles = groupEnds(turns, times);
  const claims = { cycles: Math.max(...groupEndCycles), groupEndCycles };
  const writing = { writeCycles, parallelWrites };
  return { layers, totalPes, rounds, writing, reload, batch, group, resultCycles, ...claims };
}

/** Lets `validateTurns` check what a test has made of a schedule. */
export function validate(network: Network, { layers, ...rest }: Editable): void {
  const plain = layers.map(
    ({ starts, finishes, readies, ...layer }): LayerInTurns => ({
      ...layer,
      start: (k) => starts[k]!,
      finish: (k) => finishes[k]!,
      ready: readies,
    }),
  );
  validateTurns(network, { ...rest, layers: plain });
}
