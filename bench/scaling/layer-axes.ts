import { paper } from '../../src/architecture/presets.ts';
import type { Network } from '../../src/network/network.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { type Axis, decades } from './axis.ts';
import { meshOf } from './chip.ts';
import { chain, residual } from './networks.ts';

const OPTIONS = { extraPes: 32, granularity: 'row' } as const;
const QUICK = [100, 300];

function over(build: (layers: number) => Network, work: (network: Network) => void): Axis['prepare'] {
  return (count) => {
    const network = build(count);
    return { count, run: () => work(network) };
  };
}

const scheduled = (network: Network) => void schedule(network, paper, OPTIONS);

/** Work over the number of base layers. */
export const layerAxes: readonly Axis[] = [
  {
    name: 'schedule-chain',
    unit: 'base layers',
    does: 'a chain of convolutions of 3x3 on maps of 8x8 at row sets, from the network to all metrics',
    sizes: decades(3, 6),
    quickSizes: QUICK,
    prepare: over(chain, scheduled),
  },
  {
    name: 'schedule-residual',
    unit: 'base layers',
    does: 'the same in blocks of two, with an addition around each',
    sizes: [...decades(3, 5), 300_000],
    quickSizes: QUICK,
    prepare: over(residual, scheduled),
  },
  {
    name: 'simulate-residual',
    unit: 'base layers',
    does: 'the same simulated, on a mesh of tiles of 8 PEs',
    sizes: [...decades(3, 4), 30_000],
    quickSizes: QUICK,
    prepare: (count) => {
      const network = residual(count);
      const architecture = meshOf(count + OPTIONS.extraPes);
      return { count, run: () => void simulate(network, architecture, OPTIONS) };
    },
  },
];
