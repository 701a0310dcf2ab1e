import { setShape } from '../workload/granularity.ts';
import { leastInterval, networkInterval } from './least-interval.ts';
import type { Objective } from './objective.ts';
import { setPixels } from './set-pixels.ts';
import { spaceOf } from './space.ts';

/** The most inferences per second of a long batch, where movement is free: the least interval, found exactly if there is time. */
export const throughput: Objective<'throughput'> = {
  metric: 'intervalCycles',
  isSimulated: false,
  *search({ workload, fit, mapping, deadline, stop }) {
    const { network, architecture, granularity } = workload;
    const pixels = mapping.layers.map(({ layer }) => {
      const { shape } = network.layers[layer]!;
      return setPixels(shape, setShape(granularity, shape));
    });
    const space = spaceOf(
      fit.layers,
      fit.there,
      mapping.layers.map(({ mvms }) => mvms),
    );
    const least = yield* leastInterval(pixels, space, { deadline, stop });
    const figures = (cycles: number) => ({
      intervalCycles: cycles,
      throughputPerSecond: 1e9 / (cycles * architecture.mvmIntervalNs),
    });
    const greedy = mapping.layers.map(({ copies }) => copies);
    const greedyCycles = networkInterval(pixels, greedy);
    // Only where it was late.
    const isGreedyBetter = greedyCycles < least.intervalCycles;
    const bestCycles = isGreedyBetter ? greedyCycles : least.intervalCycles;
    const bound = Math.min(least.bound, bestCycles);
    return {
      greedy: figures(greedyCycles),
      best: figures(bestCycles),
      cost: bestCycles,
      copies: isGreedyBetter ? greedy : least.copies,
      bound,
      evaluations: least.evaluations,
      stoppedBy: bestCycles === bound ? 'optimal' : 'time',
    };
  },
};
