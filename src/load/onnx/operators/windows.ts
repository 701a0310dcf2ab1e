import { samePadding, transpose, type Window } from '../../../network/operators/index.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, shown } from '../node-context.ts';
import type { Value } from '../value.ts';

/**
 * The windows of a convolution or pooling, one per spatial axis, from the node's attributes.
 *
 * @param same The padding of `auto_pad` SAME_UPPER (`end`) and SAME_LOWER (`begin`).
 */
export function windowsOf(
  node: NodeContext,
  sizes: readonly number[],
  kernel: readonly number[],
  same = samePadding,
): Window[] {
  const rank = sizes.length;
  if (kernel.length !== rank) {
    node.fail(`a kernel of ${kernel.length} dimensions ${shown(kernel)} does not fit a map of ${rank}`);
  }
  const strides = perAxis(node, 'strides', rank);
  const dilations = perAxis(node, 'dilations', rank);
  const pads = padsOf(node, rank);
  return sizes.map((size, i) => {
    const window = {
      kernel: node.positive(kernel[i]!, 'a kernel size'),
      stride: strides[i]!,
      dilation: dilations[i]!,
    };
    return {
      ...window,
      ...autoPadding(node, { before: pads[i]!, after: pads[i + rank]! }, (oddOne) =>
        same(size, window, oddOne),
      ),
    };
  });
}

/** Padding of one direction: what the node gives, or what `auto_pad` makes of it. */
function autoPadding(
  node: NodeContext,
  given: { before: number; after: number },
  same: (oddOne: 'begin' | 'end') => { before: number; after: number },
): { before: number; after: number } {
  const mode = node.text('auto_pad', 'NOTSET');
  switch (mode) {
    case 'NOTSET':
    case '':
      return given;
    case 'VALID':
      return { before: 0, after: 0 };
    case 'SAME_UPPER':
      return same('end');
    case 'SAME_LOWER':
      return same('begin');
    default:
      return node.fail(`auto_pad is ${mode}, and must be NOTSET, VALID, SAME_UPPER or SAME_LOWER`);
  }
}

/** An attribute with a positive number per spatial axis, 1 by default. */
export function perAxis(node: NodeContext, name: string, rank: number): readonly number[] {
  const given = node.ints(name);
  if (given === undefined || given.length === 0) return new Array<number>(rank).fill(1);
  if (given.length !== rank) node.fail(`${name} ${shown(given)} does not fit a map of ${rank} dimensions`);
  return given.map((value) => node.positive(value, `one of ${name} ${shown(given)}`));
}

/** The attribute `pads`: all begins, then all ends. */
export function padsOf(node: NodeContext, rank: number): readonly number[] {
  const pads = node.ints('pads');
  if (pads === undefined || pads.length === 0) return new Array<number>(2 * rank).fill(0);
  const valid = pads.length === 2 * rank && pads.every((pad) => Number.isSafeInteger(pad) && pad >= 0);
  if (valid) return pads;
  return node.fail(`pads ${shown(pads)} must be ${2 * rank} numbers that are not negative`);
}

/** An operator that has the channels of its outputs, and of some inputs (the first by default), last. */
export function channelsLast(operator: Operator, moved: readonly number[] = [0]): Operator {
  return (node) => {
    const inputs = node.inputs.map((input, i) =>
      input === undefined || !moved.includes(i) ? input : channelsToFront(input),
    );
    return operator(node.as({ inputs })).map(channelsToBack);
  };
}

/** (N, spatial…, C) as (N, C, spatial…). */
export function channelsToFront(value: Value): Value {
  const rank = value.dims.length;
  return rank < 3 ? value : transpose(value, [0, rank - 1, ...axesFrom(1, rank - 2)]);
}

/** (N, C, spatial…) as (N, spatial…, C). */
export function channelsToBack(value: Value): Value {
  const rank = value.dims.length;
  return rank < 3 ? value : transpose(value, [0, ...axesFrom(2, rank - 2), 1]);
}

/** `count` axes, the first of them `first`. */
function axesFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** The axes behind batch and channels. */
export function spatialAxes(rank: number): number[] {
  return axesFrom(2, rank - 2);
}

/** A tensor (N, C, spatial…) of which the node wants no windows, but which tells where H and W are all the same. */
export function channelsFirst(node: NodeContext, input: Tensor): Tensor {
  const [first, second] = spatialAxes(Math.max(2, input.dims.length));
  if (input.dims.length === 3) node.b.expectAxes(input, -1, first!);
  if (input.dims.length === 4) node.b.expectAxes(input, first!, second!);
  return input;
}
