import { paper } from '../../src/architecture/presets.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { MAX_BATCH } from '../../src/schedule/turn-options.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { type Axis, decades } from './axis.ts';
import { meshOf } from './chip.ts';
import { chain } from './networks.ts';

const LAYERS = 8;
const OPTIONS = { granularity: 'row' } as const;

/** Half of the PEs that the layers take, and a write that takes as long as 10 MVMs. */
const IN_TURNS = { ...paper, peWriteNs: 14_000 };
const PES_IN_TURNS = LAYERS / 2;

/** Work over the inferences of a batch. */
export const batchAxes: readonly Axis[] = [
  {
    name: 'schedule-batch',
    unit: 'inferences',
    does: 'a chain of 8 layers at row sets, of which each inference has 64, whose weights stay',
    sizes: [...decades(3, 6).slice(0, -1), MAX_BATCH],
    quickSizes: [100, 300],
    prepare: (batch) => {
      const network = chain(LAYERS);
      return { count: batch, run: () => void schedule(network, paper, { ...OPTIONS, batch }) };
    },
  },
  {
    name: 'schedule-batch-turns',
    unit: 'inferences',
    does: 'the same on half of the PEs: weights take turns, all inferences in one group',
    sizes: [...decades(3, 6).slice(0, -1), MAX_BATCH],
    quickSizes: [100, 300],
    prepare: (batch) => {
      const network = chain(LAYERS);
      const options = { ...OPTIONS, batch, pes: PES_IN_TURNS };
      return { count: batch, run: () => void schedule(network, IN_TURNS, options) };
    },
  },
  {
    name: 'simulate-batch',
    unit: 'inferences',
    does: 'the same simulated on a mesh, with all weights',
    sizes: decades(3, 5),
    quickSizes: [100, 300],
    prepare: (batch) => {
      const network = chain(LAYERS);
      const architecture = meshOf(LAYERS);
      return { count: batch, run: () => void simulate(network, architecture, { ...OPTIONS, batch }) };
    },
  },
];
