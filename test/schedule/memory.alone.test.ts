import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { chain } from './chain.ts';

test('10,000 schedules one after another do not grow the process', () => {
  const networks = [zooNetwork('tinyyolov4'), zooNetwork('resnet50'), zooNetwork('mobilenetv2')];
  const run = (count: number) => {
    for (let i = 0; i < count; i++) {
      schedule(networks[i % networks.length]!, paper, { granularity: 'row', extraPes: i % 50 });
    }
  };
  run(2_000);
  const before = process.memoryUsage();
  run(10_000);
  const after = process.memoryUsage();
  expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(2 ** 25);
  expect(after.rss - before.rss).toBeLessThan(2 ** 26);
});

test('the memory of a large schedule is given back', () => {
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 8; i++) schedule(chain(4, 4000, 4000), paper);
  // Each of them takes 256 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 30);
});
