import { paper } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { type Axis, decades } from './axis.ts';
import { meshOf } from './chip.ts';
import { chain } from './networks.ts';

const LAYERS = 4;

/** Rows and columns of the OFMs, so that each layer can have as many copies as there are in all. */
const SIDE = 1200;
const SIMULATED_SIDE = 320;

/** Copies of smoke runs, and the sides of their OFMs. */
const QUICK = [30, 300];
const QUICK_SIDE = 32;

const network = (copies: number, side: number) => chain(LAYERS, copies < 1000 ? QUICK_SIDE : side);

/** Each layer of the chain takes one PE, so that copies are PEs. */
const optionsFor = (copies: number) => ({ extraPes: copies - LAYERS });

/** Work over the number of copies of all layers together. */
export const copyAxes: readonly Axis[] = [
  {
    name: 'map-copies',
    unit: 'copies',
    does: 'copies for a chain of 4 layers, shared out by `greedy`',
    sizes: decades(3, 6),
    quickSizes: QUICK,
    prepare: (count) => {
      const layers = network(count, SIDE);
      return { count, run: () => void mapNetwork(layers, paper, optionsFor(count)) };
    },
  },
  {
    name: 'schedule-copies',
    unit: 'copies',
    does: 'the same with its schedule, 5.8 million pixel sets',
    sizes: decades(3, 6),
    quickSizes: QUICK,
    prepare: (count) => {
      const layers = network(count, SIDE);
      return { count, run: () => void schedule(layers, paper, optionsFor(count)) };
    },
  },
  {
    name: 'simulate-copies',
    unit: 'copies',
    does: 'the same simulated on a mesh of tiles of 8 PEs, with 410,000 pixel sets',
    sizes: [...decades(3, 4), 30_000],
    quickSizes: QUICK,
    prepare: (count) => {
      const layers = network(count, SIMULATED_SIDE);
      const architecture = meshOf(count);
      return { count, run: () => void simulate(layers, architecture, optionsFor(count)) };
    },
  },
];
