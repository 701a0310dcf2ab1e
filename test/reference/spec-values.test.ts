import { expect, test } from 'vitest';
import { validateSchedule } from '../../src/schedule/validate.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { greedyCopies } from './greedy-copies.ts';
import { type Granularity, referenceSchedule } from './reference.ts';

/** Values of spec.md section 8: network, sets, extra PEs, PE_min, baseline, cycles. The quickest to compute. */
const values: [string, Granularity, number, number, number, number][] = [
  ['tinyyolov4', 'row', 32, 117, 113061, 5109],
  ['resnet50', 'pixel', 32, 390, 58310, 1865],
  ['resnet152', 'row', 32, 936, 85358, 5138],
];

test.each(values)(
  '%s with %s sets and %i extra PEs',
  (name, granularity, extraPes, pes, baseline, cycles) => {
    const network = zooNetwork(name);
    const { minimumPes, copies } = greedyCopies(network, extraPes);
    const schedule = referenceSchedule(network, copies, granularity);
    expect({ minimumPes, ...schedule }).toMatchObject({ minimumPes: pes, baseline, cycles });

    const layers = schedule.layers.map(({ start, finish, ...layer }) => ({
      ...layer,
      start: (k: number) => start[k]!,
      finish: (k: number) => finish[k]!,
    }));
    validateSchedule(network, layers, cycles);
  },
  120_000,
);
