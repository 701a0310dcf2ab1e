import { elements } from '../../../network/tensor.ts';
import { type NodeContext, shown } from '../node-context.ts';

/** Positions `start + i·step` for `0 <= i < size`. */
export interface Range {
  readonly start: number;
  readonly step: number;
  readonly size: number;
}

/** What a Slice takes of every axis of its input. Opset 10 made inputs of the attributes. */
export function sliceRanges(node: NodeContext): Range[] {
  const { dims } = node.input(0);
  const starts = node.attributeOrInput('starts', 1) ?? node.fail('it has no starts; export the model again');
  const ends = node.attributeOrInput('ends', 2) ?? node.fail('it has no ends; export the model again');
  const given = node.attributeOrInput('axes', 3) ?? starts.map((_, i) => i);
  const steps = node.optionalValues(4) ?? starts.map(() => 1);
  if (![ends, given, steps].every(({ length }) => length === starts.length)) {
    node.fail('its starts, ends, axes and steps differ in number; export the model again');
  }
  const axes = node.axes(given, dims.length);
  return dims.map((size, axis) => {
    const i = axes.indexOf(axis);
    return i < 0
      ? { start: 0, step: 1, size }
      : range(node, size, { start: starts[i]!, end: ends[i]!, step: steps[i]! });
  });
}

/** Ends that stand for the end of the axis in the direction of the step, as ONNX Runtime takes them: INT_MAX of 32 and 64 bits. */
const OPEN_ENDS: readonly number[] = [2 ** 31 - 1, Number(2n ** 63n - 1n)];

/** A slice of an axis as numpy understands it. */
function range(node: NodeContext, size: number, o: { start: number; end: number; step: number }): Range {
  const { step } = o;
  if (!Number.isInteger(step) || step === 0) node.fail(`a step of ${step} slices nothing`);
  const fromStart = (position: number) => (position < 0 ? position + size : position);
  const clamp = (position: number, low: number, high: number) => Math.min(Math.max(position, low), high);
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const start = clamp(fromStart(o.start), Math.max(low, 0), high);
  const end = OPEN_ENDS.includes(o.end) ? (step > 0 ? high : low) : clamp(fromStart(o.end), low, high);
  return { start, step, size: Math.max(0, Math.ceil((end - start) / step)) };
}

/** Sizes of the parts that a Split makes of an axis of `size`. */
export function splitSizes(node: NodeContext, size: number): readonly number[] {
  const given = node.attributeOrInput('split', 1);
  if (given !== undefined && given.length > 0) {
    if (given.reduce((sum, part) => sum + part, 0) === size && given.every((part) => part >= 0)) return given;
    return node.fail(`parts of ${shown(given)} do not make up the ${size} along the axis`);
  }
  const count = node.int('num_outputs', node.outputCount);
  if (count !== node.outputCount) {
    node.fail(`it has ${node.outputCount} outputs, and num_outputs is ${count}`);
  }
  // All parts are alike but for the last, which may be smaller (opset 18).
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => (i < count - 1 ? part : size - part * (count - 1)));
}

/** The constant indices of a Gather, counted from the start of an axis of `size`. */
export function gatherIndices(node: NodeContext, size: number): number[] {
  return node.integers(1).map((index) => {
    const position = index < 0 ? index + size : index;
    if (position >= 0 && position < size) return position;
    return node.fail(`index ${index} is out of range for ${size} positions`);
  });
}

/** What a Pad puts in front of and behind every axis; negative numbers crop. */
export function padAmounts(node: NodeContext): { before: number; after: number }[] {
  const { dims } = node.input(0);
  const pads =
    node.attributeOrInput('pads', 1) ??
    node.ints('paddings') ??
    node.fail('it has no pads; export the model again');
  const axes = node.axes(node.optionalValues(3) ?? dims.map((_, axis) => axis), dims.length);
  if (pads.length !== 2 * axes.length) node.fail(`${pads.length} pads do not fit ${axes.length} axes`);
  return dims.map((_, axis) => {
    const i = axes.indexOf(axis);
    return i < 0 ? { before: 0, after: 0 } : { before: pads[i]!, after: pads[i + axes.length]! };
  });
}

/** Axes that a reduction is over; none given means all, unless the node says that it means none. */
export function reducedAxes(node: NodeContext, rank: number): number[] {
  const given = node.attributeOrInput('axes', 1);
  if (given !== undefined && given.length > 0) return node.axes(given, rank);
  return node.int('noop_with_empty_axes', 0) ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

/** The dimensions of a Reshape to `target`: 0 keeps a dimension, -1 is what is left. */
export function reshapeDims(node: NodeContext, dims: readonly number[], target: readonly number[]): number[] {
  const keepsZero = node.int('allowzero', 0) === 0;
  const batch = node.fileBatch;
  const sizes = target.map((size, i) => {
    if (size !== 0 || !keepsZero) return size;
    return (
      dims[i] ?? node.fail(`the shape ${shown(target)} keeps axis ${i} of ${shown(dims)}, which has none`)
    );
  });
  const open = sizes.indexOf(-1);
  if (open !== sizes.lastIndexOf(-1)) node.fail(`the shape ${shown(target)} leaves more than one size open`);
  const known = elements(sizes.filter((_, axis) => axis !== open));
  const total = elements(dims);
  // A batch that the file has written into the shape counts as 1, as it does in the input.
  const hasBatch = open < 0 ? known === total * batch : open > 0 && sizes[0]! % batch === 0 && dims[0] === 1;
  if (batch > 1 && hasBatch && known > 0) {
    const exact = sizes.indexOf(batch);
    const axis =
      sizes[0]! % batch === 0 ? 0 : exact >= 0 ? exact : sizes.findIndex((size) => size % batch === 0);
    if (axis >= 0) sizes[axis]! /= batch;
  }
  if (open >= 0) {
    const rest = total / elements(sizes.filter((_, axis) => axis !== open));
    sizes[open] = Number.isInteger(rest) ? rest : -1;
  }
  if (elements(sizes) === total && sizes.every((size) => size >= 0)) return sizes;
  return node.fail(`the shape ${shown(dims)} cannot become ${shown(target)}: their sizes do not fit`);
}
