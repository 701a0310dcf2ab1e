import type { Alignment, Reads } from './reads.ts';

/**
 * Calls `visit` with every position of the operand that output position `p` reads in one direction, in
 * ascending order except for lists of one (spec.md section 4, Stage II).
 *
 * @param inputSize H or W of the operand.
 * @param outputSize H or W of the layer.
 */
export function visitPositionsRead(
  reads: Reads,
  p: number,
  inputSize: number,
  outputSize: number,
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
    case 'nearest':
      visit(Math.floor((p * inputSize) / outputSize));
      return;
    case 'linear':
    case 'cubic': {
      const source = sourceOf(p, reads.alignment, inputSize, outputSize);
      const [from, to] = reads.kind === 'linear' ? [source, source + 1] : [source - 1, source + 2];
      // Those outside are clamped, which is to say that the outermost one is read.
      const clamp = (q: number) => Math.min(Math.max(q, 0), inputSize - 1);
      for (let q = clamp(from); q <= clamp(to); q++) visit(q);
      return;
    }
    case 'list':
      visitInside(reads.positions[p] ?? -1);
      return;
  }
}

/** The position at or before the source coordinate of a resize; exact, for quotients of integers below 2^53. */
function sourceOf(p: number, alignment: Alignment, inputSize: number, outputSize: number): number {
  switch (alignment) {
    case 'half-pixel':
      return Math.floor(((2 * p + 1) * inputSize - outputSize) / (2 * outputSize));
    case 'asymmetric':
      return Math.floor((p * inputSize) / outputSize);
    case 'align-corners':
      return outputSize === 1 ? 0 : Math.floor((p * (inputSize - 1)) / (outputSize - 1));
  }
}
