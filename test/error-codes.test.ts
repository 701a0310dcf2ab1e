import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ClsaCimError } from '../src/errors.ts';
import {
  loadModel,
  type MappingOptions,
  mapNetwork,
  optimize,
  readArchitecture,
  schedule,
  simulate,
  writeSetFile,
  zooNetwork,
} from '../src/index.ts';
import { lockDirectory } from '../src/sweep/lock.ts';
import { model, node, weights } from './load/onnx/onnx-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-codes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paper = readArchitecture('paper');
const network = zooNetwork('tinyyolov4');

async function thrown(work: () => unknown): Promise<ClsaCimError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ClsaCimError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function modelFile(name: string, op: string, ...dims: (number | string)[]): string {
  const path = join(folder, name);
  const nodes = [node(op, op === 'Conv' ? 'x w' : 'x', 'y')];
  const initializers = { w: weights(2, 3, 1, 1) };
  writeFileSync(path, model({ inputs: { x: ['N', 3, ...dims] }, initializers, nodes, outputs: ['y'] }));
  return path;
}

const twoCrossbars = readArchitecture(
  fileURLToPath(new URL('../docs/examples/two-crossbars.yaml', import.meta.url)),
);
const smallBuffers = {
  ...paper,
  chip: {
    clockNs: 1,
    meshRows: 12,
    meshColumns: 12,
    pesPerTile: 1,
    linkBitsPerCycle: 32,
    inputBufferBytes: 64,
  },
};
const fails = () => {
  throw new Error('mine');
};

test.each<[string, () => unknown, object]>([
  [
    'too few PEs',
    () => mapNetwork(network, paper, { pes: 100 }),
    { code: 'DOES_NOT_FIT', kind: 'input', neededPes: 117, totalPes: 100, missingPes: [17] },
  ],
  [
    'too few PEs of several crossbars',
    () => mapNetwork(zooNetwork('resnet152'), twoCrossbars),
    { code: 'DOES_NOT_FIT', missingPes: [expect.any(Number), expect.any(Number)] },
  ],
  [
    'too few tiles',
    () => simulate(network, { ...paper, chip: { meshRows: 1, meshColumns: 1, pesPerTile: 100 } }),
    { code: 'DOES_NOT_FIT', neededPes: 117, totalPes: 100, missingPes: [17] },
  ],
  [
    'small buffers',
    () => simulate(network, smallBuffers, { granularity: 'row' }),
    { code: 'DEADLOCK', cycle: expect.any(Number) },
  ],
  ['a huge batch', () => simulate(network, paper, { batch: 2 ** 20 }), { code: 'OUT_OF_MEMORY' }],
  ['an unknown chip', () => readArchitecture('papr'), { code: 'UNKNOWN_NAME', given: 'papr' }],
  [
    'an unknown policy',
    () => schedule(network, paper, { duplication: 'gredy' as 'greedy' }),
    { code: 'UNKNOWN_NAME', kind: 'usage', given: 'gredy', known: ['none', 'greedy', 'sum'] },
  ],
  [
    'an unknown objective',
    () => optimize(network, paper, { objective: 'size' as 'energy' }),
    { code: 'UNKNOWN_NAME', kind: 'usage', given: 'size' },
  ],
  ['an option of the wrong type', () => mapNetwork(network, paper, { pes: -1 }), { code: 'INVALID_OPTION' }],
  [
    'a misspelt option',
    () => mapNetwork(network, paper, { pse: 1 } as MappingOptions),
    { code: 'INVALID_OPTION' },
  ],
  [
    'a policy that throws',
    () => schedule(network, paper, { extraPes: 4, duplication: fails }),
    { code: 'USER_FUNCTION', cause: new Error('mine') },
  ],
  [
    'open sizes, with the path in front',
    () => loadModel(modelFile('open.onnx', 'Conv', 'height', 8)),
    {
      code: 'OPEN_SIZES',
      dims: { height: 128 },
      message: expect.stringMatching(/open\.onnx: .*; give it with dims$/),
    },
  ],
  [
    'an unknown operator',
    () => loadModel(modelFile('unknown.onnx', 'my.domain:Fancy', 8, 8)),
    { code: 'UNKNOWN_OPERATOR', message: expect.stringContaining('Fancy') },
  ],
  [
    'a place that is none',
    () => writeSetFile(join(folder, 'none/sets.csv'), []),
    { code: 'CANNOT_WRITE', path: join(folder, 'none/sets.csv'), reason: expect.stringContaining('no such') },
  ],
  [
    'a directory in use',
    () => {
      lockDirectory(folder);
      lockDirectory(folder);
    },
    { code: 'IN_USE' },
  ],
])('%s', async (_, work, expected) => {
  expect(await thrown(work)).toMatchObject(expected);
});
