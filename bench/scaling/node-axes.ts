import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOnnxProgram } from '../../src/load/onnx/index.ts';
import { loadModel } from '../../src/node/model.ts';
import { withModelFile } from '../../src/node/model-file.ts';
import {
  ints,
  model,
  type NodeSpec,
  node,
  type TensorSpec,
  weights,
} from '../../test/load/onnx/onnx-writer.ts';
import { type Axis, decades } from './axis.ts';

const CHANNELS = 8;

/** A part of a file: its nodes read `from` and end in `to`. */
type Block = (
  name: string,
  from: string,
  to: string,
) => { nodes: NodeSpec[]; initializers: Record<string, TensorSpec> };

/** Two convolutions and what is between them, and their input added again. */
const residualBlock: Block = (name, from, to) => ({
  nodes: [
    node('Conv', `${from} ${name}.w1`, `${name}.c1`, {}, `${name}/conv1`),
    node('Relu', `${name}.c1`, `${name}.r`, {}, `${name}/relu`),
    node('Conv', `${name}.r ${name}.w2`, `${name}.c2`, {}, `${name}/conv2`),
    node('Add', `${name}.c2 ${from}`, to, {}, `${name}/add`),
  ],
  initializers: { [`${name}.w1`]: kernel(), [`${name}.w2`]: kernel() },
});

/** A dense layer behind the detours of exporters: a shape that is computed, reshaped and transposed there and back. */
const detourBlock: Block = (name, from, to) => ({
  nodes: [
    node('Shape', from, `${name}.s`, {}, `${name}/shape`),
    node('Gather', `${name}.s first`, `${name}.g`, {}, `${name}/gather`),
    node('Concat', `${name}.g rest`, `${name}.d`, { axis: 0 }, `${name}/concat`),
    node('Reshape', `${from} ${name}.d`, `${name}.x`, {}, `${name}/reshape`),
    node('Transpose', `${name}.x`, `${name}.t`, { perm: [0, 2, 1] }, `${name}/transpose`),
    node('MatMul', `${name}.t ${name}.w`, `${name}.m`, {}, `${name}/dense`),
    node('Transpose', `${name}.m`, `${name}.b`, { perm: [0, 2, 1] }, `${name}/back`),
    node('Reshape', `${name}.b image`, to, {}, `${name}/image`),
  ],
  initializers: { [`${name}.w`]: weights(CHANNELS, CHANNELS) },
});

function kernel(): TensorSpec {
  return weights(CHANNELS, CHANNELS, 1, 1);
}

/** A file of about so many nodes. */
function fileOf(block: Block, nodesOfBlock: number, nodes: number): Uint8Array {
  const blocks = Math.ceil(nodes / nodesOfBlock);
  const parts = Array.from({ length: blocks }, (_, i) => block(`block${i}`, `t${i}`, `t${i + 1}`));
  const initializers: Record<string, TensorSpec> = {
    ...{ first: ints(0), rest: ints(CHANNELS, 16), image: ints(1, CHANNELS, 4, 4) },
  };
  for (const part of parts) Object.assign(initializers, part.initializers);
  return model({
    inputs: { t0: [1, CHANNELS, 4, 4] },
    nodes: parts.flatMap((part) => part.nodes),
    initializers,
    outputs: [`t${blocks}`],
  });
}

const pathIn = (folder: string) => join(folder, 'model.onnx');

function axis(
  name: string,
  does: string,
  make: (nodes: number) => Uint8Array,
  load: (path: string) => void,
): Axis {
  return {
    ...{ name, does, unit: 'nodes', sizes: decades(3, 6), quickSizes: [100, 1000] },
    write: (count, folder) => writeFileSync(pathIn(folder), make(count)),
    prepare: (count, folder) => ({ count, run: () => load(pathIn(folder)) }),
  };
}

const residualFile = (nodes: number) => fileOf(residualBlock, 4, nodes);
const detourFile = (nodes: number) => fileOf(detourBlock, 8, nodes);

/** Work over the nodes of an ONNX file. */
export const nodeAxes: readonly Axis[] = [
  axis(
    'load-residual',
    'an ONNX file of residual blocks, loaded',
    residualFile,
    (path) => void loadModel(path),
  ),
  axis(
    'load-detours',
    'the same of dense layers between computed shapes, `Reshape` and `Transpose`',
    detourFile,
    (path) => void loadModel(path),
  ),
  axis(
    'load-program',
    'a file of residual blocks with what its nodes compute, as `verify` loads it',
    residualFile,
    (path) => void withModelFile(path, (bytes) => loadOnnxProgram(bytes, path)),
  ),
];
