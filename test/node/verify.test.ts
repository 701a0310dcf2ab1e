import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import { ClsaCimError } from '../../src/errors.ts';
import { measureAccuracy, verifyModel } from '../../src/node/verify.ts';
import { withValues } from '../execute/with-values.ts';
import { floats, INT64, type ModelSpec, model, node, UINT8, weights } from '../load/onnx/onnx-writer.ts';
import { plainPng } from './images/png-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));
const paper = findPreset('paper')!;
const isaac = findPreset('isaac')!;

function modelFile(name: string, spec: ModelSpec): string {
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, model(spec));
  return path;
}

const initializers = withValues({ v: weights(4, 3, 3, 3), w: weights(2, 4, 1, 1) });
const convolutions = [node('Conv', 'x v', 'a'), node('Relu', 'a', 'b'), node('Conv', 'b w', 'y')];
const small = modelFile('small', {
  ...{ inputs: { x: [1, 3, 6, 6] }, initializers, nodes: convolutions, outputs: ['y'] },
});

/** The same with the channels of its input behind. */
const turned = modelFile('turned', {
  ...{ inputs: { i: [1, 6, 6, 3] }, initializers, outputs: ['y'] },
  nodes: [node('Transpose', 'i', 'x', { perm: [0, 3, 1, 2] }), ...convolutions],
});

/** Colours, from 0 to 5 in either direction. */
const picture = (more: number) =>
  plainPng(
    6,
    6,
    Array.from({ length: 108 }, (_, i) => (i * 37 + more * 11) % 256),
  );

const pictures = join(folder, 'pictures');
mkdirSync(pictures);
for (const i of [1, 2, 3]) writeFileSync(join(pictures, `${i}.png`), picture(i));

test('a schedule and a simulated run are executed as by the command', async () => {
  const ofSchedule = await verifyModel(small, paper, {
    schedule: { granularity: 'row', batch: 2, extraPes: 3 },
  });
  expect(ofSchedule).toMatchObject({
    ...{
      model: 'small',
      architecture: 'paper',
      of: 'schedule',
      granularity: 'row',
      batch: 2,
      scheduling: 'xinf',
    },
    ...{ judge: 'runtime', agrees: true, inputs: 2, runs: 1, madeUp: 0, tolerance: 1e-4, seed: 1 },
  });
  const ofSimulation = await verifyModel(small, isaac, {
    simulation: { granularity: 'row' },
    against: 'layers',
  });
  expect(ofSimulation).toMatchObject({
    of: 'simulation',
    architecture: 'isaac',
    judge: 'layers',
    agrees: true,
  });
});

test('all images of a folder go through, batch by batch', async () => {
  const one = await verifyModel(small, paper, { files: [pictures] });
  expect(one).toMatchObject({ agrees: true, inputs: 3, runs: 3, batch: 1 });
  const two = await verifyModel(small, paper, { files: [pictures], schedule: { batch: 2 } });
  expect(two).toMatchObject({ agrees: true, inputs: 3, runs: 2, batch: 2 });
  expect(two.outputs[0]!.largest).toBeCloseTo(one.outputs[0]!.largest, 4);
  const single = await verifyModel(small, paper, {
    files: [join(pictures, '1.png')],
    schedule: { batch: 2 },
  });
  expect(single).toMatchObject({ agrees: true, inputs: 2, runs: 1 });
});

test('an image is laid out as the input is', async () => {
  const options = { files: [join(pictures, '2.png')], mean: [0.4, 0.5, 0.6], std: [0.2] };
  const [one, other] = [await verifyModel(small, paper, options), await verifyModel(turned, paper, options)];
  expect(one.agrees && other.agrees).toBe(true);
  expect(other.outputs[0]!.largest).toBeCloseTo(one.outputs[0]!.largest, 5);
});

test('what differs is told', async () => {
  const verification = await verifyModel(small, paper, { tolerance: 0 });
  expect(verification.agrees).toBe(false);
});

test('accuracy is that of all files, values or random inputs', async () => {
  const ofFiles = await measureAccuracy(small, isaac, { files: [pictures], noise: 'rram-milo', trials: 2 });
  expect(ofFiles.accuracy.agreement.inputs).toBe(3);
  expect(ofFiles.noise).toMatchObject({ trials: 2 });
  const values = [1, 2].map((i) => ({ x: Float32Array.from({ length: 108 }, (_, k) => Math.sin(i * k)) }));
  const ofValues = await measureAccuracy(small, isaac, { values, bits: { Conv_0: { weightBits: 4 } } }).catch(
    (error: unknown) => error,
  );
  expect(String(ofValues)).toContain('bits: no base layer is called "Conv_0"');
  expect((await measureAccuracy(small, isaac, { values })).accuracy.agreement.inputs).toBe(2);
  const random = await measureAccuracy(small, isaac, { inputs: 4, seed: 7 });
  expect(random.accuracy.agreement.inputs).toBe(4);
  expect(random.noise).toBeUndefined();
});

test('bits by name are those of the layer', async () => {
  const [first, second] = (await measureAccuracy(small, isaac)).accuracy.layers;
  const bits = { [first!.name]: { weightBits: 3 } };
  const { layers } = (await measureAccuracy(small, isaac, { bits })).accuracy;
  expect(layers.map(({ weightBits }) => weightBits)).toEqual([3, second!.weightBits]);
});

test('progress is told, part by part', async () => {
  const told = new Set<string>();
  await measureAccuracy(small, isaac, { onProgress: (what) => told.add(what) });
  expect([...told]).toEqual(['computing in the arithmetic of the chip']);
});

const bytes = modelFile('bytes', {
  ...{ inputs: { x: [1, 3, 6, 6] }, types: { x: UINT8 }, outputs: ['y'] },
  initializers: { ...initializers, s: floats(0.1) },
  nodes: [node('Cast', 'x', 'f', { to: 1 }), node('Conv', 'f v', 'y')],
});

test('an image is bytes where the input has bytes', async () => {
  expect(await verifyModel(bytes, paper, { files: [pictures] })).toMatchObject({ agrees: true, inputs: 3 });
});

/** Numbers of TensorProto.DataType that only inputs have here. */
const OTHER_TYPES = { uint16: 4, int16: 5, float16: 10, uint32: 12, uint64: 13 };

test.each(Object.entries(OTHER_TYPES))('ONNX Runtime is fed with inputs of %s', async (name, type) => {
  const path = modelFile(name, {
    ...{ inputs: { x: [1, 3, 6, 6] }, types: { x: type }, initializers, outputs: ['y'] },
    nodes: [node('Cast', 'x', 'f', { to: 1 }), node('Conv', 'f v', 'y')],
  });
  // What is no float of 16 bits is rounded to one.
  const values = [
    { x: Array.from({ length: 108 }, (_, i) => (name === 'float16' ? 1e-3 * i - 0.05 : 3 * i)) },
  ];
  expect(await verifyModel(path, paper, { values, tolerance: 1e-6 })).toMatchObject({
    judge: 'runtime',
    agrees: true,
  });
});

const table = modelFile('table', {
  ...{ inputs: { x: [1, 6] }, types: { x: INT64 }, outputs: ['y'] },
  initializers: withValues({ e: weights(11, 8), w: weights(8, 3) }),
  nodes: [node('Gather', 'e x', 'g'), node('MatMul', 'g w', 'y')],
});

test.each<[string, () => Promise<unknown>, string]>([
  [
    'an unknown option',
    () => verifyModel(small, paper, { granularity: 'row' } as object),
    'verifyModel: granularity: unknown option',
  ],
  [
    'both ways',
    () => verifyModel(small, paper, { schedule: {}, simulation: {} }),
    'schedule and simulation are both given',
  ],
  [
    'a wrong schedule',
    () => verifyModel(small, paper, { schedule: { batch: 0 } }),
    'schedule: batch: must be',
  ],
  [
    'no chip',
    () => verifyModel(small, 'paper' as never),
    'architecture: must be what readArchitecture returns',
  ],
  ['no path', () => verifyModel(1 as never, paper), 'path: must be the path of an ONNX file, found 1'],
  ['no file', () => verifyModel('nothing.onnx', paper), 'nothing.onnx: there is no such file'],
  [
    'a wrong mean',
    () => verifyModel(small, paper, { mean: ['1'] as never }),
    'mean: must be a list of numbers',
  ],
  [
    'a deviation of 0',
    () => verifyModel(small, paper, { std: [0] }),
    'std: must be a list of numbers above 0',
  ],
  [
    'a fit that there is none of',
    () => verifyModel(small, paper, { fit: 'crop' as never }),
    'fit: must be centre or cover or stretch',
  ],
  [
    'too few values',
    () => measureAccuracy(small, paper, { values: [{ x: [1, 2] }] }),
    'input "x" of shape [1, 3, 6, 6] has 108 values, and 2 are given',
  ],
  [
    'a value that is too large',
    () => measureAccuracy(small, paper, { values: [{ x: [...new Array<number>(107).fill(0), 1e39] }] }),
    'values: inference 0: the value 1e+39 does not fit input "x", which has floats from -3.4028234663852886e+38',
  ],
  [
    'values of no input',
    () => measureAccuracy(small, paper, { values: [{ z: [1] }] }),
    'values: inference 0: no input is called "z"',
  ],
  [
    'an inference without a mapping',
    () => measureAccuracy(small, paper, { values: [null as never] }),
    'values: inference 0: must be a mapping from inputs to their values, found nothing',
  ],
  [
    'a map of values, which would be taken for none',
    () => measureAccuracy(small, paper, { values: [new Map() as never] }),
    'values: inference 0: must be a mapping from inputs to their values, found a Map',
  ],
  [
    'an input without a list',
    () => measureAccuracy(small, paper, { values: [{ x: undefined as never }] }),
    'values: inference 0: input "x": must be a list of numbers, found nothing',
  ],
  [
    'values that are no numbers',
    () => measureAccuracy(small, paper, { values: [{ x: new BigInt64Array(108) as never }] }),
    'values: inference 0: the value 0 does not fit input "x"',
  ],
  [
    'values that are not there',
    () => measureAccuracy(small, paper, { values: [{ x: Array(108) }] }),
    'the value nothing does not fit input "x"',
  ],
  [
    'values beyond those of bytes, which would be cut',
    () => verifyModel(bytes, paper, { values: [{ x: Array(108).fill(300) }] }),
    'the value 300 does not fit input "x", which has integers from 0 to 255',
  ],
  [
    'more bits than are exact, of a layer that is named,',
    () => measureAccuracy(small, isaac, { bits: { y: { weightBits: 60 } } }),
    'layer y: weights of 60 bits and inputs of 16 bits on 4 rows make products of more than 52 bits',
  ],
  [
    'what is infinite',
    () => measureAccuracy(small, isaac, { values: [{ x: Array(108).fill(Infinity) }] }),
    'values from Infinity to Infinity have no code; check the weights and the input',
  ],
  [
    'what ONNX Runtime refuses',
    () => verifyModel(table, paper, { values: [{ x: [0, 1, 2, 3, 4, 11] }] }),
    'idx=11 must be within the inclusive range [-11,10]); give other inputs, or use --against layers',
  ],
  [
    'no bits',
    () => measureAccuracy(small, paper, { bits: null as never }),
    'bits: must be a mapping from layers',
  ],
  ['no noise', () => measureAccuracy(small, paper, { noise: null as never }), 'noise: must be a mapping'],
  [
    'no schedule',
    () => verifyModel(small, paper, { schedule: null as never }),
    'verifyModel: schedule: must be a mapping of options, found nothing',
  ],
  ['no values', () => measureAccuracy(small, paper, { values: [] }), 'values: there are none'],
  [
    'noise that is not known',
    () => measureAccuracy(small, paper, { noise: 'rram-mil' }),
    'did you mean "rram-milo"?',
  ],
  [
    'noise that is none',
    () => measureAccuracy(small, paper, { noise: { gMinUs: 1 } as never }),
    'noise: gMaxUs: is missing',
  ],
  [
    'how many of what is counted',
    () => measureAccuracy(small, paper, { files: [pictures], inputs: 2 }),
    'inputs is for random ones, and 3 are given',
  ],
  [
    'trials of nothing',
    () => measureAccuracy(small, paper, { trials: 2 }),
    'trials are of no use without noise',
  ],
  [
    'values and files',
    () => verifyModel(small, paper, { values: [{}], files: [pictures] }),
    'values are given, so that files, fit, mean and std are of no use',
  ],
  ['a mean of values', () => verifyModel(small, paper, { values: [{}], mean: [1] }), 'values are given'],
  ['no trials', () => measureAccuracy(small, paper, { trials: 0 }), 'trials: must be a whole number from 1'],
])('%s is refused in one line', async (_, work, message) => {
  const error: unknown = await work().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ClsaCimError);
  expect(String(error)).toContain(message);
  expect(String(error)).not.toContain('\n');
});
