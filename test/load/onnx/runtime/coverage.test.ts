import { expect, test } from 'vitest';
import { aten } from '../../../../src/load/onnx/operators/aten.ts';
import { operators } from '../../../../src/load/onnx/operators/index.ts';
import { layouts } from '../../../../src/load/onnx/operators/layouts.ts';
import { quantisers } from '../../../../src/load/onnx/operators/quantisers.ts';
import { load } from '../helpers.ts';
import { node, UINT8, weights } from '../onnx-writer.ts';
import { families } from './cases/index.ts';

const removed = 'an experimental operator of old files, which ONNX Runtime does not know any more';
const calibrated =
  'a scale that is computed from the whole tensor is taken as calibrated beforehand, and the loader says so';
const unseeded = 'its values are random in every run';
const dataDependent =
  'the size of its output depends on the data, so the loader leaves it out as post-processing';
const otherDevice = 'ONNX Runtime has it for other processors only';
const otherTool = 'an operator of another tool, which ONNX Runtime does not know';
const inside = 'ONNX Runtime makes it of other operators, and for other processors only';

/** Operators of the table that no case holds against ONNX Runtime, with the reason. */
const notCompared: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys({ ...aten, ...quantisers }).map((key) => [key, otherTool])),
  ...Object.fromEntries(
    Object.keys(layouts).flatMap((key) => {
      if (key.startsWith('com.microsoft.nchwc:') || key.startsWith('com.ms.internal.nhwc:'))
        return [[key, inside]];
      return key.startsWith('com.microsoft:') ? [] : [[key, otherTool]];
    }),
  ),
  'com.microsoft:NhwcConv': otherDevice,
  'com.microsoft:NhwcFusedConv': otherDevice,
  Affine: removed,
  ImageScaler: removed,
  ParametricSoftplus: removed,
  ScaledTanh: removed,
  DynamicQuantizeLinear: calibrated,
  'com.microsoft:DynamicQuantizeMatMul': calibrated,
  Bernoulli: unseeded,
  RandomNormal: unseeded,
  RandomNormalLike: unseeded,
  RandomUniform: unseeded,
  RandomUniformLike: unseeded,
  Compress: dataDependent,
  NonMaxSuppression: dataDependent,
  Unique: dataDependent,
  'com.microsoft:GroupNorm': otherDevice,
  'com.microsoft:SimplifiedLayerNormalization':
    "ONNX Runtime knows it in ONNX's own domain only, where a case compares it",
};

test('every operator that can be loaded is held against ONNX Runtime, or is listed with a reason', () => {
  const cases = Object.values(families).flat();
  const compared = new Set(
    cases.flatMap(({ model }) =>
      model.nodes.map(({ op, domain }) => (domain === undefined || domain === '' ? op : `${domain}:${op}`)),
    ),
  );
  const others = Object.keys(operators).filter((key) => !compared.has(key));
  expect(others.sort()).toEqual(Object.keys(notCompared).sort());
});

test('cases have names of their own', () => {
  for (const [family, cases] of Object.entries(families)) {
    const names = cases.map(({ name }) => name);
    const twice = names.filter((name, i) => names.indexOf(name) < i);
    expect(twice, family).toEqual([]);
  }
});

test.each([
  [node('DynamicQuantizeLinear', 'x', 'y s z')],
  [node('com.microsoft:DynamicQuantizeMatMul', 'x w v', 'y')],
])('%o takes its scale as calibrated, and says so', (dynamic) => {
  const network = load({
    inputs: { x: [1, 7, 4] },
    nodes: [dynamic],
    initializers: { w: { dims: [4, 3], ints: new Array(12).fill(1), type: UINT8 }, v: weights(1) },
    outputs: ['y'],
  });
  expect(network.warnings).toEqual([expect.stringContaining('calibrated beforehand')]);
});
