import type { Reads } from './reads.ts';

/**
 * Calls `visit` with every position of the operand that output position `p` reads in one direction, in
 * ascending order but for lists, which have their own (spec.md section 4, Stage II).
 *
 * @param inputSize H or W of the operand.
 */
export function visitPositionsRead(
  reads: Reads,
  p: number,
  inputSize: number,
  visit: (position: number) => void,
): void {
  const visitInside = (q: number) => {
    if (q >= 0 && q < inputSize) visit(q);
  };
  switch (reads.kind) {
    case 'same':
      visitInside(inputSize === 1 ? 0 : p);
      return;
    case 'all':
      for (let q = 0; q < inputSize; q++) visit(q);
      return;
    case 'window': {
      const first = p * reads.stride - reads.padding;
      // The taps that are inside, so that a kernel larger than the map costs nothing.
      const from = Math.max(0, Math.ceil(-first / reads.dilation));
      const to = Math.min(reads.kernel - 1, Math.floor((inputSize - 1 - first) / reads.dilation));
      for (let i = from; i <= to; i++) visit(first + i * reads.dilation);
      return;
    }
    case 'transposed': {
      const last = p + reads.padding;
      const from = Math.max(0, Math.ceil((last - (reads.kernel - 1) * reads.dilation) / reads.stride));
      const to = Math.min(inputSize - 1, Math.floor(last / reads.stride));
      for (let q = from; q <= to; q++) if ((last - q * reads.stride) % reads.dilation === 0) visit(q);
      return;
    }
    case 'list': {
      const { positions, taps = 1 } = reads;
      for (let i = p * taps; i < (p + 1) * taps; i++) visitInside(positions[i] ?? -1);
      return;
    }
  }
}
