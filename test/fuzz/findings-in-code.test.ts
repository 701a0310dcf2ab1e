/** Findings whose files would be large. */
import { expect, test } from 'vitest';
import { useNetwork } from '../../scripts/fuzz/targets/use-network.ts';
import { paper } from '../../src/architecture/presets.ts';
import { parseYaml } from '../../src/input/yaml.ts';
import { loadModelBytes } from '../../src/load/index.ts';
import { inOrder } from '../../src/load/onnx/order.ts';
import { flowPart } from '../../src/workload/parts.ts';
import { prepare } from '../../src/workload/workload.ts';
import { cpuMs } from '../cpu-ms.ts';
import { networkOf } from '../engine/agreement.ts';
import { type ModelSpec, model, node, weights } from '../load/onnx/onnx-writer.ts';

const MANY = 130_000;
const inputs = { x: [1, 4, 2, 2] };
const initializers = { w: weights(4, 4, 1, 1) };

/** A convolution, a node that reads its output or others many times, and a convolution. */
function around(nodes: ModelSpec['nodes']): Uint8Array {
  const conv = [node('Conv', 'x w', 'c'), ...nodes, node('Conv', 's w', 'y')];
  return model({ inputs, initializers, nodes: conv, outputs: ['y'] });
}

test('more operands than a call takes arguments', () => {
  const sum = { op: 'Sum', inputs: new Array<string>(MANY).fill('c'), outputs: ['s'] };
  const network = loadModelBytes(around([sum]), 'sum.onnx');
  expect(network.layers).toHaveLength(4);
  expect(() => useNetwork(network)).toThrow(/waits for thousands of others, or for one in thousands of ways/);
});

test('more layers that are read than a call takes arguments', () => {
  const same = { kind: 'same' } as const;
  const read = Array.from({ length: MANY }, () => ({ height: 1, width: 1 }));
  const join = { height: 1, width: 1, inputs: read.map((_, i) => [i, same, same] as const) };
  const last = { height: 1, width: 1, base: true, inputs: [[MANY, same, same] as const] };
  const { nodes } = prepare(networkOf([...read, join, last]), paper).part(flowPart);
  expect(nodes.length).toBeGreaterThan(0);
});

test('an Einsum of many tensors, which took quadratic time', () => {
  const count = 10_000;
  const terms = new Array<string>(count).fill('abcd');
  const einsum = node('Einsum', terms.map(() => 'c').join(' '), 's', {
    equation: `${terms.join(',')}->abcd`,
  });
  const bytes = around([einsum]);
  const start = cpuMs();
  expect(() => loadModelBytes(bytes, 'einsum.onnx')).toThrow(/of 10000 tensors is not supported/);
  expect(cpuMs() - start).toBeLessThan(1000);
});

test('YAML with thousands of aliases, which took quadratic time', () => {
  const items = Array.from({ length: 8_000 }, (_, i) => `- &a${i} 1\n- *a${i}\n`);
  expect(() => parseYaml(items.join(''), 'x.yaml')).toThrow(/line 2002, column 3: more than 1000 aliases/);
});

test('a node that reads what 100,000 nodes behind it make, which took quadratic time', () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `r${i}`);
  const plain = { name: '', domain: '', overload: '', attributes: new Map() };
  const sum = { ...plain, op: 'Sum', inputs: names, outputs: ['s'] };
  const relus = names.map((name) => ({ ...plain, op: 'Relu', inputs: ['x'], outputs: [name] }));
  const start = cpuMs();
  expect(inOrder([sum, ...relus]).at(-1)).toBe(sum);
  expect(cpuMs() - start).toBeLessThan(3000);
});
