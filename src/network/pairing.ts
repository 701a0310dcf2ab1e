import type { Factor, Layout } from './layout.ts';
import { listed } from './operators/listed.ts';
import { ALL, type ListReads, type Reads, SAME } from './reads.ts';

/** What output positions read of an operand in one direction, as digits of the operand's row or column. */
interface Direction {
  /** Digits that a digit of the output's row or column says; `from` and `to` are the strides there and here. */
  readonly bound: { readonly size: number; readonly from: number; readonly to: number }[];
  /** Digits of which an output position reads every value. */
  readonly free: { readonly size: number; readonly stride: number }[];
}

/** How the positions of an operand belong to those of an output. */
export interface Pairing {
  readonly h: Direction;
  readonly w: Direction;
  /** False where more is read than there is need for, because rows would depend on columns. */
  readonly isExact: boolean;
}

/** One edge of a chain through which positions are read: what a position reads, and how many there are. */
export interface Step {
  readonly reads: Reads;
  readonly size: number;
}

/**
 * What the positions of an output read of an operand, axis by axis, counted from the last one: along an axis the same
 * index, or all along the operand's axes `summed`. Digits of H belong to digits of H; what a channel of the
 * output reads, its position reads.
 */
export function pair(output: Layout, operand: Layout, summed: readonly number[] = []): Pairing {
  const directions = { h: { bound: [], free: [] }, w: { bound: [], free: [] } } as {
    readonly [of in 'h' | 'w']: Direction;
  };
  let isExact = true;
  const release = ({ of, size, stride }: Factor) => {
    if (of !== 'c') directions[of].free.push({ size, stride });
  };
  operand.forEach((axis, i) => {
    const out = output[i + output.length - operand.length] ?? [];
    if (summed.includes(i)) {
      axis.forEach(release);
      return;
    }
    const { pairs, rest } = sideBySide(out, axis);
    for (const [to, from] of pairs) {
      if (from.of !== 'c' && from.of === to.of) {
        directions[from.of].bound.push({ size: from.size, from: from.stride, to: to.stride });
        continue;
      }
      release(from);
      if (from.of !== 'c' && to.of !== 'c') isExact = false;
    }
    rest.forEach(release);
    if (rest.some(({ of }) => of !== 'c')) isExact = false;
  });
  return { ...directions, isExact };
}

/** Two lists of digits of one axis, split so that they agree in size; `rest` is what cannot be. */
function sideBySide(
  output: readonly Factor[],
  operand: readonly Factor[],
): { pairs: [Factor, Factor][]; rest: readonly Factor[] } {
  const pairs: [Factor, Factor][] = [];
  const [left, right] = [output.toReversed(), operand.toReversed()];
  while (left.length > 0 && right.length > 0) {
    const [a, b] = [left.pop()!, right.pop()!];
    const size = Math.min(a.size, b.size);
    if (a.size % size !== 0 || b.size % size !== 0) {
      right.push(b);
      break;
    }
    pairs.push([slow(a, size, left), slow(b, size, right)]);
  }
  return { pairs, rest: right };
}

/** The slower `size` values of a digit; what is left of it goes back to `rest`. */
function slow(factor: Factor, size: number, rest: Factor[]): Factor {
  const minor = factor.size / size;
  if (minor > 1) rest.push({ ...factor, size: minor });
  return { ...factor, size, stride: factor.stride * minor };
}

/**
 * A direction as edges behind each other, the last of which is that of the output: first windows over the digits
 * that are free, then the position where a window begins. Mostly it is one edge.
 */
export function steps(name: string, direction: Direction, inputSize: number, outputSize: number): Step[] {
  const { bound } = direction;
  const last = (reads: Reads) => [{ reads, size: outputSize }];
  /** For every output position the first operand position that it reads, in units. */
  const starts = (unit: number) =>
    listed(name, outputSize, 1, (p) => [
      bound.reduce((start, { size, from, to }) => start + (Math.floor(p / to) % size) * from, 0) / unit,
    ]);
  if (inputSize === 1) return last(SAME);
  if (bound.length === 0) return last(ALL);
  const windows = fusedWindows(direction.free);
  const stride = evenStride(bound, outputSize);
  const [window] = windows;
  // Digits leave no gaps: where none is free and they are in order, neighbours read neighbours.
  if (window === undefined) return last(stride === undefined ? pick(starts(1), inputSize) : SAME);
  if (windows.length === 1 && stride !== undefined) {
    return last({ kind: 'window', kernel: window.size, dilation: window.stride, stride, padding: 0 });
  }
  // A stride is a multiple of every smaller one, so windows begin at multiples of the smallest only.
  const unit = Math.min(...bound.map(({ from }) => from));
  let size = inputSize;
  const chain = windows.map(({ size: kernel, stride: dilation }, i): Step => {
    const step = i === windows.length - 1 ? unit : 1;
    size = Math.floor((size - 1 - (kernel - 1) * dilation) / step) + 1;
    return { reads: { kind: 'window', kernel, dilation, stride: step, padding: 0 }, size };
  });
  return [...chain, ...last(pick(starts(unit), size))];
}

/** Neighbouring free digits are one window. */
function fusedWindows(free: Direction['free']): { size: number; stride: number }[] {
  const windows: { size: number; stride: number }[] = [];
  for (const { size, stride } of free.toSorted((a, b) => b.stride - a.stride)) {
    const slower = windows.at(-1);
    if (slower?.stride === size * stride) windows[windows.length - 1] = { size: slower.size * size, stride };
    else windows.push({ size, stride });
  }
  return windows;
}

/** The distance of the operand positions that neighbours read, where it is the same everywhere. */
function evenStride(bound: Direction['bound'], outputSize: number): number | undefined {
  const slowestFirst = bound.toSorted((a, b) => b.to - a.to);
  const isOneDigit = slowestFirst.every(({ from, to }, i) => {
    const next = slowestFirst[i + 1];
    return next === undefined ? to === 1 : to === next.to * next.size && from === next.from * next.size;
  });
  const { size, to } = slowestFirst[0]!;
  return isOneDigit && size * to === outputSize ? slowestFirst.at(-1)!.from : undefined;
}

/** Every output position reads one position. */
function pick(reads: ListReads, inputSize: number): Reads {
  const { positions } = reads;
  const repeats = positions.length / inputSize;
  const isSpread =
    Number.isInteger(repeats) && positions.every((position, p) => position === Math.floor(p / repeats));
  return isSpread ? { kind: 'transposed', kernel: repeats, stride: repeats, dilation: 1, padding: 0 } : reads;
}
