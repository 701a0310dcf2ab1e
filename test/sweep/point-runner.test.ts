import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import type { Point, Values } from '../../src/sweep/point.ts';
import { PointRunner } from '../../src/sweep/point-runner.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

function shared(text: string): SharedArrayBuffer {
  const bytes = Buffer.from(text);
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

const network = zooNetwork('tinyyolov4', { dims: { height: 64, width: 96 } });
const setup = {
  networks: [shared(JSON.stringify(network))],
  architectures: [paper, { ...paper, name: 'other', mvmLatencyNs: 100 }],
  texts: {},
};

/** What a point says, whatever was asked before: names that one has and the other has not, PEs that are no numbers of PEs. */
const said: readonly Values[] = [
  { extraPes: 3 },
  { extraPes: 4 },
  { extraPes: 4, granularity: 'row' },
  { extraPes: 4, granularity: 'row', crossbarRows: 128 },
  { extraPes: 5, granularity: 'row', crossbarRows: 128 },
  { extraPes: 5, granularity: 'row' },
  { extraPes: -1, granularity: 'row' },
  { pes: 200, granularity: 'row' },
  { pes: 200, extraPes: 2 },
  { pes: 1 },
  { pes: 201, duplication: 'sum' },
  { pes: 202, duplication: 'sum', scheduling: 'lbl' },
  { pes: 202, duplication: 'sum', batch: 2 },
  { pes: 203, duplication: 'sum' },
  { crossbarRows: 0 },
  {},
];

const points = [0, 1].flatMap((architecture) =>
  said.map((parameters, i): Point => {
    return { key: `${architecture} ${i}`, network: 0, architecture, parameters };
  }),
);

test('the row of a point does not depend on those before it', async () => {
  const alone: string[] = [];
  for (const point of points) alone.push(...(await PointRunner.create(setup)).run([point]).lines);
  const runner = await PointRunner.create(setup);
  expect(runner.run(points).lines).toEqual(alone);
  for (const [i, point] of points.entries()) expect(runner.run([point]).lines).toEqual([alone[i]]);
  expect(alone.filter((line) => line.includes('"error"')).length).toBeGreaterThan(3);
  expect(alone.filter((line) => line.includes('"cycles"')).length).toBeGreaterThan(20);
});

test('what was given back is made again', async () => {
  const runner = await PointRunner.create(setup);
  const { lines } = runner.run(points);
  runner.release();
  expect(runner.run(points).lines).toEqual(lines);
});
