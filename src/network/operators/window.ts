import type { Reads } from '../reads.ts';

/** A sliding window along one direction; lengths in positions. */
export interface Window {
  /** Positions of a window. */
  readonly kernel: number;
  /** From the first position of one window to that of the next. */
  readonly stride: number;
  /** From one position of a window to the next. */
  readonly dilation: number;
  /** Positions of padding in front of the first one. */
  readonly before: number;
  /** Positions of padding behind the last one. */
  readonly after: number;
}

/** The window that leaves a direction as it is. */
export const UNIT_WINDOW: Window = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };

/** Number of positions a window takes over `size` positions. `ceil` counts a last window that is cut. */
export function windowOutput(size: number, window: Window, ceil = false): number {
  const { kernel, stride, dilation, before, after } = window;
  const steps = (size + before + after - dilation * (kernel - 1) - 1) / stride;
  if (!ceil) return Math.floor(steps) + 1;
  const output = Math.ceil(steps) + 1;
  // A last window that would start behind the input and its leading padding is not taken.
  return (output - 1) * stride >= size + before ? output - 1 : output;
}

/** Number of positions that a transposed convolution by this window makes of `size` positions. */
export function transposedOutput(size: number, window: Window, extra = 0): number {
  const { kernel, stride, dilation, before, after } = window;
  return (size - 1) * stride + dilation * (kernel - 1) + 1 - before - after + extra;
}

/** The padding of `SAME`: the output has `ceil(size / stride)` positions; an odd one goes to the end. */
export function samePadding(
  size: number,
  window: Pick<Window, 'kernel' | 'stride' | 'dilation'>,
  oddOne: 'begin' | 'end' = 'end',
): { before: number; after: number } {
  const { kernel, stride, dilation } = window;
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + dilation * (kernel - 1) + 1 - size);
  const small = Math.floor(total / 2);
  return oddOne === 'end' ? { before: small, after: total - small } : { before: total - small, after: small };
}

/** What an output position of a sliding window reads. */
export function windowReads(window: Window, kind: 'window' | 'transposed' = 'window'): Reads {
  const { kernel, stride, dilation, before } = window;
  return { kind, kernel, stride, dilation, padding: before };
}
