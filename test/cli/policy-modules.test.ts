import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failure, json, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();

function module(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const ONE = module(
  'one.mjs',
  'export const firstOnly = (layers, extraPes) => layers.map(({ pesPerCopy }, i) => 1 + (i === 0 ? Math.floor(extraPes / pesPerCopy) : 0));',
);
const SEVERAL = module(
  'several.mjs',
  'export default function none(layers) { return layers.map(() => 1); }',
  'export { firstOnly } from "./one.mjs";',
  'export const sorting = (layers) => layers.sort((a, b) => b.mvms - a.mvms).map((_, i) => (i < 8 ? 20 : 1));',
  'export const limit = 3;',
);
const NO_DEFAULT = module('named.mjs', 'export { firstOnly, sorting } from "./several.mjs";');
const PLACEMENT = module(
  'placement.mjs',
  'export const oneEach = (layers) => { let at = 0; return layers.map(({ copies, pesPerCopy }) =>',
  '  Array.from({ length: copies }, () => [{ tile: at++, pes: pesPerCopy }])); };',
);

interface Result {
  readonly cycles: number;
  readonly usedPes: number;
  readonly layers: readonly { readonly copies: number }[];
}

describe.concurrent('a module with a policy, wherever a policy is asked for', () => {
  test.each(['schedule', 'simulate', 'inspect'])('--duplication of %s', async (command) => {
    const args = [command, 'tinyyolov4', '--extra-pes', '8', '--duplication'];
    const one = await json<Result>(...args, ONE);
    expect(one.usedPes).toBe(125);
    expect(await json<Result>(...args, `${SEVERAL}#firstOnly`)).toEqual(one);
    expect((await json<Result>(...args, SEVERAL)).usedPes).toBe(117);
  });

  test('--placement of simulate and optimize', async () => {
    const three = ['docs/examples/three-layers.cfg', '--arch', 'docs/examples/mesh.yaml'];
    const simulated = await json<Result>('simulate', ...three, '--placement', PLACEMENT);
    expect(simulated.cycles).toBeGreaterThan(0);
    const optimize = ['optimize', ...three, '--objective', 'edp', '--max-evaluations', '2', '--placement'];
    expect(await failure(2, ...optimize, 'docs/examples/copies.yaml')).toMatch(
      /must be snake or optimised, or a module/,
    );
  });

  test.each([
    [[`${SEVERAL}#sorting`], 1, /the duplication policy "sorting" failed: .*read only/],
    [[`${SEVERAL}#firstonly`], 1, /exports no function called "firstonly"; did you mean "firstOnly"\?/],
    [[NO_DEFAULT], 1, /exports several functions; give one of them as .*named\.mjs#NAME: firstOnly, sorting/],
    [[module('empty.mjs', 'export const a = 1;')], 1, /exports no function; export policies/],
    [[module('broken.mjs', 'export const = 1;')], 1, /cannot be loaded: /],
    [[join(folder, 'missing.mjs')], 1, /no duplication policy and no file is called/],
    [
      [module('fewer.mjs', 'export const fewer = () => [1];')],
      2,
      /copies of 21 base layers as a list, found 1/,
    ],
  ] as const)('%j is told in a line', async ([path], status, message) => {
    const call = ['schedule', 'tinyyolov4', '--extra-pes', '8', '--duplication', path];
    expect(await failure(status, ...call)).toMatch(message);
  });

  test('a file whose name has the sign is that file', async () => {
    const path = module('copies#1.yaml', 'conv2d: 3');
    const args = ['schedule', 'tinyyolov4', '--extra-pes', '8', '--duplication', path];
    expect((await json<Result>(...args)).layers[0]).toMatchObject({ copies: 3 });
  });
});
