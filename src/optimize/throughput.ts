import { mvmLatencyNs } from '../architecture/architecture.ts';
import { setShape } from '../schedule/granularity.ts';
import { leastInterval, networkInterval } from './least-interval.ts';
import type { Objective } from './objective.ts';
import { setPixels } from './set-pixels.ts';
import { spaceOf } from './space.ts';

/** The most inferences per second of a long batch, where movement is free: the least interval, found exactly. */
export const throughput: Objective = {
  metric: 'intervalCycles',
  *search({ network, architecture, mapping, granularity }) {
    const pixels = mapping.layers.map(({ layer }) => {
      const { shape } = network.layers[layer]!;
      return setPixels(shape, setShape(granularity, shape));
    });
    const space = spaceOf(
      mapping.layers,
      mapping.totalPes,
      mapping.layers.map(({ mvms }) => mvms),
    );
    const { copies, intervalCycles, evaluations } = leastInterval(pixels, space);
    const figures = (cycles: number) => ({
      intervalCycles: cycles,
      throughputPerSecond: 1e9 / (cycles * mvmLatencyNs(architecture)),
    });
    const greedy = mapping.layers.map((layer) => layer.copies);
    return {
      greedy: figures(networkInterval(pixels, greedy)),
      best: figures(intervalCycles),
      copies,
      bound: intervalCycles,
      evaluations,
      stoppedBy: 'optimal',
    };
  },
};
