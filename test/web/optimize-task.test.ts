import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { type Configuration, defaults } from '../../src/web/configuration.ts';
import { optimizeTask } from '../../src/web/tasks/optimize.ts';

const contact = { report: () => {}, stop: new AbortController().signal };
const configuration: Configuration = {
  ...{ ...defaults, model: { zoo: 'tinyyolov4' }, granularity: 'row' },
  chip: {
    ...{ ...paper, name: 'small', peWriteNs: 56_000 },
    chip: { clockNs: 100, meshRows: 2, meshColumns: 3, pesPerTile: 10, linkBitsPerCycle: 128 },
  },
  pes: 60,
};

test.each(['latency', 'simulated-latency'])(
  'a search for %s on a chip that the network does not fit',
  async (objective) => {
    const options = { objective, maxEvaluations: 5 } as const;
    const { optimization } = await optimizeTask({ configuration, options } as never, contact as never);
    expect(optimization.best.rounds!.length).toBeGreaterThan(1);
  },
  60_000,
);
