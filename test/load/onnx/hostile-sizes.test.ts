import { describe, expect, test } from 'vitest';
import type { Network } from '../../../src/network/network.ts';
import { cpuMs } from '../../cpu-ms.ts';
import { load } from './helpers.ts';
import { loadOnnxBytes } from './load-onnx.ts';
import {
  type FunctionSpec,
  ints,
  type ModelSpec,
  model,
  type NodeSpec,
  node,
  weights,
} from './onnx-writer.ts';

/** Generous for a busy machine; what these files did before took minutes or all of memory. */
const LIMIT_MS = 30_000;

const inputs = { x0: [1, 4, 8, 8] };
const outputs = ['x1'];

/** `count` nodes in a chain from `from0` to `from<count>`. */
function chain(op: string, from: string, count: number): NodeSpec[] {
  return Array.from({ length: count }, (_, i) => node(op, `${from}${i}`, `${from}${i + 1}`, {}, `n${i}`));
}

function functionOf(nodes: readonly NodeSpec[], rest: Partial<FunctionSpec> = {}): FunctionSpec {
  return { name: 'f', domain: 'local', inputs: ['a0'], outputs: [`a${nodes.length}`], nodes, ...rest };
}

function timed(spec: ModelSpec): Network {
  const start = cpuMs();
  try {
    return load(spec);
  } finally {
    expect(cpuMs() - start).toBeLessThan(LIMIT_MS);
  }
}

describe('small files that multiply are refused at a stated limit', () => {
  test('a function with 10,000 nodes that is called 10,000 times', () => {
    const functions = [functionOf(chain('Relu', 'a', 10_000))];
    const spec = { inputs, nodes: chain('local:f', 'x', 10_000), functions };
    expect(() => timed(spec)).toThrow(
      /written out as often as they are called, have more than 100000 layers/,
    );
  });

  test('a function with a graph of 10,000 nodes in it', () => {
    const branch = { nodes: chain('Relu', 'a', 10_000), outputs: ['a10000'] };
    const branches = { then_branch: { graph: branch }, else_branch: { graph: branch } };
    const functions = [functionOf([node('If', 'c', 'b', branches)], { inputs: ['a0', 'c'], outputs: ['b'] })];
    const nodes = Array.from({ length: 10_000 }, (_, i) => node('local:f', `x${i} c`, `x${i + 1}`));
    const spec = { inputs: { ...inputs, c: [] }, types: { c: 9 }, nodes, functions };
    expect(() => timed(spec)).toThrow(/more than 100000 layers/);
  });

  test('20,000 default attributes of a function that is called 20,000 times', () => {
    const defaults = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`attribute${i}`, i]));
    const functions = [functionOf([node('Relu', 'a0', 'a1')], { defaults })];
    expect(() => timed({ inputs, nodes: chain('local:f', 'x', 20_000), functions })).toThrow(
      /more than 100000 layers/,
    );
  });

  test('300 Tile nodes with 130,000 repeats', () => {
    const nodes = Array.from({ length: 300 }, (_, i) => node('Tile', 'x0 r', `y${i}`, {}, `tile${i}`));
    const initializers = { r: ints(1, 1, 130_000, 1) };
    expect(() => timed({ inputs, nodes, initializers })).toThrow(/picks one by one are more than 8388608/);
  });

  test('positions of 2^30 rows that a transpose mixes', () => {
    const model = mixed(2 ** 15, [node('Transpose', 'x1', 'x2', { perm: [0, 2, 1, 3] })]);
    expect(() => timed(model)).toThrow(/1073741824 positions .* cannot be listed/);
  });

  test('2^30 rows that lie as they did cost no list', () => {
    const nodes = chain('Relu', 'x', 100).slice(1);
    expect(timed(mixed(2 ** 15, nodes)).layers).toHaveLength(102);
  });
});

test('a long name in front of 20,000 names is cut', () => {
  const functions = [functionOf(chain('Relu', 'a', 20_000))];
  const nodes = [node('local:f', 'x0', 'x1', {}, 'n'.repeat(2 ** 20))];
  const { layers } = timed({ inputs, nodes, functions, outputs });
  expect(layers).toHaveLength(20_001);
  expect(Math.max(...layers.map(({ name }) => name.length))).toBeLessThan(300);
});

test('time to load grows with the number of layers, and not with its square', () => {
  const loaded = (count: number) => {
    const bytes = model({ inputs, nodes: convolutions(count), initializers: { w: weights(4, 4, 3, 3) } });
    const start = cpuMs();
    expect(loadOnnxBytes(bytes, 'test.onnx').layers).toHaveLength(2 * count + 1);
    return cpuMs() - start;
  };
  loaded(20_000);
  const times = [loaded(20_000), loaded(20_000)];
  // Four times the layers; sixteen times the time if it were quadratic.
  expect(loaded(80_000)).toBeLessThan(9 * Math.max(...times));
});

/** Rows cut into blocks and put together again, with nodes from x1 on between. */
function mixed(block: number, nodes: readonly NodeSpec[]): ModelSpec {
  const dims = [1, 1, block * block, 1];
  return {
    inputs: { x: dims },
    nodes: [
      node('Conv', 'x w', 'x0'),
      node('Reshape', 'x0 blocks', 'x1'),
      ...nodes,
      node('Reshape', `${nodes.at(-1)!.outputs[0]} rows`, 'y0'),
      node('Conv', 'y0 w', 'y'),
    ],
    initializers: { w: weights(1, 1, 1, 1), blocks: ints(1, block, block, 1), rows: ints(...dims) },
    outputs: ['y'],
  };
}

function convolutions(count: number): NodeSpec[] {
  return Array.from({ length: count }, (_, i) =>
    node('Conv', `x${i} w`, `x${i + 1}`, { pads: [1, 1, 1, 1] }),
  );
}
