import { type Layer, type Network, unreadLayers } from '../../src/network/network.ts';
import { ALL, SAME } from '../../src/network/reads.ts';
import type { TurnsCase } from '../reference/turns-case.ts';

/** A base layer by hand: positions in its one row, PEs of a copy, and what it reads. */
export interface Draft {
  readonly name: string;
  readonly width: number;
  readonly pes?: number;
  /** The layer that it reads; the input, which is there at 0, by default. */
  readonly reads?: string;
  /** It reads everything, not the same position. */
  readonly all?: true;
}

function networkOf(drafts: readonly Draft[]): Network {
  const layers: Layer[] = drafts.map(({ name, width, pes = 1, reads, all }) => ({
    ...{ name, op: 'Conv2D', shape: { height: 1, width, channels: 1 } },
    inputs:
      reads === undefined
        ? []
        : [
            {
              from: drafts.findIndex((draft) => draft.name === reads),
              rows: SAME,
              columns: all ? ALL : SAME,
            },
          ],
    weights: { rows: 1, columns: pes, groups: 1 },
  }));
  return { name: 'by hand', layers, outputs: unreadLayers(layers), warnings: [] };
}

/** One inference in pixels with rolling writes, one PE at a time; λ = 1 and no copies. */
export function askedOf(
  drafts: readonly Draft[],
  given: Partial<TurnsCase> & { totalPes: number },
): TurnsCase {
  const batch = given.batch ?? 1;
  return {
    ...{ network: networkOf(drafts), granularity: 'pixel', writeCycles: 3, parallelWrites: 1 },
    ...{ resultCycles: 1, batch, group: batch, reload: 'rolling', rounds: 'fewest', duplication: 'none' },
    ...given,
  };
}
