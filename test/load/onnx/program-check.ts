import { expect } from 'vitest';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import type { LoadedProgram } from '../../../src/load/onnx/index.ts';
import { decodeModel, type Graph } from '../../../src/load/onnx/model.ts';
import { inOrder, nodeName } from '../../../src/load/onnx/order.ts';
import { skeleton } from '../../../src/load/onnx/skeleton.ts';
import type { Program, ValueId } from '../../../src/load/program.ts';
import { baseLayers } from '../../../src/network/network.ts';
import { elements, ofmExtent } from '../../../src/network/tensor.ts';

/** Nodes that become constants instead of steps, where all that they say is known. */
const CONSTANTS = new Set(['Constant', 'ConstantOfShape']);

/** The program of a model is what its file says, where that has no functions and branches, and fits the network. */
export function checkProgram({ network, program }: LoadedProgram, file: Uint8Array): void {
  const { graph, functions } = decodeModel(skeleton(bytesInMemory(file)));
  if (functions.length === 0) checkSteps(program, graph!);
  checkLayers(network, program);
}

/** One step a node in order, which reads the values that its names stand for. */
function checkSteps(program: Program, graph: Graph): void {
  const ids = new Map<string, ValueId>();
  const constantNames = new Map([...program.constants].map(([id, { name }]) => [name, id]));
  for (const { name } of graph.initializers) ids.set(name, constantNames.get(name)!);
  for (const { name } of graph.inputs) ids.set(name, constantNames.get(name)!);
  for (const { name, id } of program.inputs) ids.set(name, id);
  const left = [...program.steps];
  for (const node of inOrder(graph.nodes)) {
    const isStep = left[0] !== undefined && left[0].name === nodeName(node) && left[0].op === node.op;
    if (!isStep) {
      expect(CONSTANTS.has(node.op) || program.leftOut.length > 0, nodeName(node)).toBe(true);
      continue;
    }
    const step = left.shift()!;
    expect(step.attributes, step.where).toEqual(node.attributes);
    expect(step.inputs.length).toBe(node.inputs.length);
    node.inputs.forEach((name, i) => {
      const id = step.inputs[i];
      // Constants of nodes have no name: each is met first where it is read.
      if (name !== '' && !ids.has(name) && id !== undefined && program.constants.has(id)) ids.set(name, id);
      expect(id, `${step.where} reads ${name}`).toBe(name === '' ? undefined : ids.get(name));
    });
    node.outputs.forEach((name, i) => {
      if (name !== '' && step.outputs[i] !== undefined) ids.set(name, step.outputs[i].id);
    });
  }
  expect(left.map(({ where }) => where)).toEqual([]);
  const outputs = program.outputs.filter(({ name, id }) => ids.has(name) && ids.get(name) !== id);
  expect(outputs).toEqual([]);
}

/** Every base layer of the network was appended by one step, and has the map that the step says. */
function checkLayers(network: LoadedProgram['network'], program: Program): void {
  const appended = [...program.steps.flatMap(({ layers }) => layers), ...program.otherLayers];
  const names = appended.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const base = program.steps.flatMap(({ layers }) => layers.filter(({ isBase }) => isBase));
  expect(base.map(({ name }) => name)).toEqual(baseLayers(network).map(({ name }) => name));
  const byName = new Map(appended.map((layer) => [layer.name, layer]));
  for (const { name, op, shape } of network.layers) {
    const layer = byName.get(name);
    // Pads and biases are made when the network is finished.
    if (layer === undefined) expect(name).toMatch(/\/(pad|bias)(_\d+)?$/);
    else {
      const { height, width } = ofmExtent(layer.arrangement);
      const channels = elements(layer.arrangement.dims) / (height * width);
      expect({ op: layer.op, shape: { height, width, channels } }, name).toEqual({ op, shape });
    }
  }
  for (const { name, layer } of program.inputs) {
    expect(network.layers.find((other) => other.name === layer)?.op, name).toBe('Input');
  }
}
