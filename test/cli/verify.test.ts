import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Verification } from '../../src/verify/verification.ts';
import { withValues } from '../execute/with-values.ts';
import { type ModelSpec, model, node, weights } from '../load/onnx/onnx-writer.ts';
import { plainPng } from '../node/images/png-writer.ts';
import { clsaCim, json, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();

/** Writes a convolution, what follows it, and another one. */
function modelFile(name: string, op: string, more: Partial<ModelSpec> = {}): string {
  const path = join(folder, `${name}.onnx`);
  const spec = {
    inputs: { x: [1, 3, 6, 6] },
    initializers: withValues({ v: weights(4, 3, 3, 3), w: weights(2, 4, 1, 1) }),
    nodes: [node('Conv', 'x v', 'a'), node(op, 'a', 'b', {}, 'middle'), node('Conv', 'b w', 'y')],
    outputs: ['y'],
  };
  writeFileSync(path, model({ ...spec, ...more }));
  return path;
}

const small = modelFile('small', 'Relu');

const noise = join(folder, 'noise.yaml');
writeFileSync(noise, 'gMinUs: 1\ngMaxUs: 2\nsigmaUs: -1\n');

test.each([
  ['a schedule', []],
  ['a simulated run', ['--simulate', '--batch', '2']],
  ['a schedule in rounds', ['--pes', '1', '--duplication', 'none', '--arch', 'docs/examples/turns.yaml']],
])('%s agrees with ONNX Runtime', async (_, args) => {
  const verification = await json<Verification>('verify', small, '--granularity', 'row', ...args);
  expect(verification).toMatchObject({ model: 'small', judge: 'runtime', agrees: true, madeUp: 0 });
  expect(verification.tensors.map(({ name }) => name)).toEqual(['a', 'y']);
  expect(verification.outputs.map(({ name, dims }) => [name, dims])).toEqual([['y', [1, 2, 4, 4]]]);
});

test('a model in float16 may be off by its last bit', async () => {
  const nodes = [
    ...['x', 'v'].map((name) => node('Cast', name, `${name}16`, { to: 10 })),
    ...[node('Conv', 'x16 v16', 'a'), node('Cast', 'a', 'y', { to: 1 })],
  ];
  const verification = await json<Verification>('verify', modelFile('half', 'Relu', { nodes }));
  expect(verification).toMatchObject({ judge: 'runtime', agrees: true, tolerance: 2e-3 });
});

test('what differs by more than is allowed ends with 1, and is printed all the same', async () => {
  const { status, stdout, stderr } = await clsaCim('verify', small, '--tolerance', '0', '--json');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^clsa-cim: what was computed differs: the first tensor is [ay], off by \S+ of its largest value, and 0 is allowed\n$/,
  );
  expect(JSON.parse(stdout)).toMatchObject({ agrees: false, tolerance: 0 });
});

test('bits and noise are printed behind what was verified', async () => {
  const text = await output('verify', small, '--arch', 'isaac', '--noise', 'rram-milo', '--trials', '2');
  const parts = [
    'All of that agrees with ONNX Runtime',
    'In the arithmetic of the chip',
    'With noise, over 2 trials',
  ];
  const places = parts.map((part) => text.indexOf(part));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test('a folder of images goes through, and what else is in it is told', async () => {
  const photos = join(folder, 'photos');
  mkdirSync(photos);
  for (const i of [1, 2]) writeFileSync(join(photos, `${i}.png`), plainPng(9, 8, pixels(i)));
  writeFileSync(join(photos, 'labels.txt'), 'cat, dog');
  const args = ['verify', small, '--input', photos, '--fit', 'cover', '--mean', '0.5', '--std', '1/2,0.5,1'];
  const { status, stdout, stderr } = await clsaCim(...args);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: `clsa-cim: ${photos}: what is no .npy, .png, .jpg, .jpeg is left out: labels.txt\n`,
  });
  expect(stdout).toContain('It was executed 2 times, so that 2 inputs went through it.');
  const measured = await clsaCim(...args, '--arch', 'isaac', '--bits', '--json');
  expect(JSON.parse(measured.stdout)).toMatchObject({
    ...{ inputs: 1, runs: 1 },
    accuracy: { agreement: { inputs: 2 } },
  });
});

/** Colours of 9 x 8 pixels. */
function pixels(seed: number): number[] {
  return Array.from({ length: 216 }, (_, i) => (i * 31 * seed) % 256);
}

test('values that are NaN are told, since they agree with each other', async () => {
  const text = await output('verify', modelFile('nan', 'Log', { outputs: ['y', 'a'] }), '--seed', '3');
  expect(text).toMatch(/\d+ values of y and of 1 more tensor are NaN or infinite, as they should be/);
});

test.each<[string, number, string[], string]>([
  ['a name of the zoo', 2, ['vgg16'], 'vgg16 is a description of the zoo'],
  [
    'no model',
    1,
    ['nothing.onnx'],
    'there is neither a model file nor a network of the zoo called "nothing.onnx"',
  ],
  [
    'an input that is not there',
    1,
    [small, '--input', 'no.npy'],
    '"no.npy" cannot be read (there is no such file); give the path of a .npy file, an image or a folder of these, or NAME=PATH, where NAME is "x"',
  ],
  [
    'an input without a path',
    2,
    [small, '--input', 'x='],
    '--input: no file is given for input "x"; name one',
  ],
  ['noise that is not known', 1, [small, '--noise', 'rram-mil'], 'did you mean "rram-milo"?'],
  [
    'noise of less than nothing, before anything is executed',
    1,
    [small, '--noise', noise],
    'clsa-cim: noise: sigmaUs is -1 at 1 µS',
  ],
  ['bits that are not there', 1, [small, '--bits', './no.yaml'], '"./no.yaml" cannot be read'],
  ['a tolerance that is none', 2, [small, '--tolerance', '-1'], '--tolerance -1 is no number from 0 on'],
  ['a mean that is none', 2, [small, '--mean', '0.5,x'], '--mean 0.5,x is no list of numbers'],
  ['a deviation by 0', 2, [small, '--std', '1/0'], '--std 1/0 is no list of numbers above 0'],
  ['a mean of no image', 2, [small, '--mean', '0.5'], 'fit, mean and std are for images, and none is given'],
  ['trials of no noise', 2, [small, '--bits', '--trials', '2'], '--trials is of no use without --noise'],
  ['codes of no bits', 2, [small, '--calibrate', '99'], '--calibrate is of no use without --bits or --noise'],
  [
    'a placement of a schedule',
    2,
    [small, '--placement', 'optimised'],
    '--placement is of no use without --simulate',
  ],
  ['spilling of a schedule', 2, [small, '--spill', 'always'], '--spill is of no use without --simulate'],
  ['no spilling of a schedule', 2, [small, '--no-spill'], '--no-spill is of no use without --simulate'],
  [
    'a batch without end',
    2,
    [small, '--batch', '1048577'],
    "option '--batch <n>' argument '1048577' is invalid. It must be a whole number from 1 to 1048576",
  ],
  [
    'an operator that is not executed',
    1,
    [modelFile('random', 'RandomNormalLike')],
    'node middle (RandomNormalLike), node 2 of 3: this operator is not executed: its values are random in every run',
  ],
  [
    'made-up weights for ONNX Runtime',
    2,
    [small, '--weights', 'random', '--against', 'runtime'],
    'ONNX Runtime cannot be asked: it would need the weights that are made up',
  ],
])('%s is refused in one line', async (_, status, args, message) => {
  const outcome = await clsaCim('verify', ...args);
  expect(outcome).toMatchObject({ status, stdout: '' });
  expect(outcome.stderr).toMatch(/^clsa-cim: [^\n]*\n$/);
  expect(outcome.stderr).toContain(message);
});
