import { deepStrictEqual } from 'node:assert/strict';
import { ClsaCimError } from '../../../src/errors.ts';
import { loadModelBytes } from '../../../src/load/index.ts';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../../src/load/onnx/index.ts';
import { checkPayloads, hasPayload, readPayload } from '../../../src/load/onnx/payload.ts';
import type { Network } from '../../../src/network/network.ts';
import { elements } from '../../../src/network/tensor.ts';
import { model, node, weights } from '../../../test/load/onnx/onnx-writer.ts';
import { withBases } from '../../../test/load/onnx/runtime/case.ts';
import { families } from '../../../test/load/onnx/runtime/cases/index.ts';
import { fileTarget } from '../file-target.ts';
import { protobufTree } from '../protobuf-tree.ts';
import type { Sample } from '../target.ts';
import { realFiles } from './real-files.ts';
import { useNetwork } from './use-network.ts';

const OPTIONS = { allowUnknown: true };

/** The most values that are read of a tensor. */
const MAX_VALUES = 1000;

/** ONNX files: those of the operator cases, one with functions and branches, and real ones. */
export const onnx = fileTarget({
  name: 'onnx',
  suffix: '.onnx',
  // As a network and with its program, and both are compared.
  reads: 3,
  formats: [protobufTree],
  corpus: (isWithRealFiles) => [
    ...operatorCases(),
    { name: 'functions', bytes: withFunctions() },
    ...(isWithRealFiles ? realFiles('.onnx') : []),
  ],
  run(bytes) {
    const network = loadModelBytes(bytes, 'fuzz.onnx', OPTIONS);
    // More of the file is looked at, in which more may be wrong.
    const loaded = loadOnnxProgram(bytesInMemory(bytes), 'fuzz.onnx', OPTIONS);
    sameNetwork(network, loaded.network);
    const constants = [...loaded.program.constants.values()];
    const source = { model: bytesInMemory(bytes), external: () => bytesInMemory(new Uint8Array(64)) };
    refused(() => checkPayloads(constants, source));
    for (const data of constants) {
      if (!hasPayload(data)) continue;
      const count = Math.min(MAX_VALUES, elements(data.dims));
      refused(() => readPayload(data, source, 0, count, new Float64Array(count)));
    }
    useNetwork(network);
  },
});

/** What it gives; undefined where it says that the file is wrong. */
function refused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof ClsaCimError) return undefined;
    throw error;
  }
}

function sameNetwork(one: Network, other: Network): void {
  const { layers } = one;
  if (layers.length <= 100) deepStrictEqual(one, other);
  else
    deepStrictEqual(
      layers.map(({ name }) => name),
      other.layers.map(({ name }) => name),
    );
}

function operatorCases(): Sample[] {
  return Object.values(families)
    .flat()
    .map((operator) => ({ name: operator.name, bytes: model(withBases(operator)) }));
}

/** A file with what operator cases have not: functions that call functions, attributes that refer to a caller's, branches. */
function withFunctions(): Uint8Array {
  const branch = (name: string) => ({
    graph: { nodes: [node('Relu', 'c', name)], outputs: [name] },
  });
  return model({
    inputs: { x: [1, 4, 8, 'rows'], flag: [] },
    types: { flag: 9 },
    initializers: { w: weights(4, 4, 3, 3), s: { dims: [4], ints: [1, 4, -1, 8] } },
    nodes: [
      node('Conv', 'x w', 'c', { pads: [1, 1, 1, 1] }, 'conv'),
      node('If', 'flag', 'd', { then_branch: branch('t'), else_branch: branch('e') }, 'if'),
      node('local:outer', 'd', 'f', { alpha: { float: 0.5 } }, 'call'),
      node('Reshape', 'f s', 'g', {}, 'reshape'),
      node('Constant', '', 'k', { value: { tensor: { dims: [1], ints: [3] } } }, 'constant'),
      node('Conv', 'g w', 'y', { strides: [2, 2] }, 'last'),
    ],
    outputs: ['y'],
    stated: { c: [1, 4, 8, 'rows'] },
    functions: [
      {
        ...{ name: 'outer', domain: 'local', inputs: ['a'], outputs: ['b'] },
        nodes: [
          node('local:inner', 'a', 'm', { alpha: { reference: 'alpha' } }),
          node('local:inner', 'm', 'b', {}),
        ],
      },
      {
        ...{ name: 'inner', domain: 'local', inputs: ['a'], outputs: ['b'] },
        nodes: [node('LeakyRelu', 'a', 'b', { alpha: { reference: 'alpha' } })],
        defaults: { alpha: { float: 0.1 } },
      },
    ],
  });
}
