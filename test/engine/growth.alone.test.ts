import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { convolution, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { cpuMs } from '../cpu-ms.ts';

function chain(count: number) {
  const b = new NetworkBuilder('chain');
  let tensor = b.input('x', { dims: [64, 64, 4], h: 0, w: 1 });
  const window = { ...UNIT_WINDOW, kernel: 3, before: 1, after: 1 };
  for (let i = 0; i < count; i++) {
    tensor = convolution(b, `c${i}`, tensor, {
      windows: [window, window],
      spatialAxes: [0, 1],
      channelAxis: 2,
      outputChannels: 4,
    });
  }
  return b.build();
}

test('time to schedule grows with the number of layers, and not with its square', () => {
  // Each time another network: what was found of one is kept.
  const scheduled = (layers: number) => {
    const network = chain(layers);
    const start = cpuMs();
    schedule(network, paper, { granularity: 'row' });
    return cpuMs() - start;
  };
  // The best of three: a process also collects garbage, more of it where there is more.
  const best = (layers: number) => Math.min(...[1, 2, 3].map(() => scheduled(layers)));
  scheduled(10_000);
  // Four times the layers; sixteen times the time if it were quadratic.
  expect(best(40_000)).toBeLessThan(9 * best(10_000));
});
