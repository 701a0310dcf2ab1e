import type { Alignment, Reads } from '../../src/network/reads.ts';

/**
 * The input positions that output position `position` reads in one direction (rows or columns), ascending
 * or not, without duplicates: the table of spec.md section 4, Stage II, as an explicit list. Written to be
 * compared with the spec line by line, not to be fast.
 *
 * @param inputSize H or W of the operand, in positions.
 * @param outputSize H or W of the layer, in positions.
 */
export function positionsRead(
  reads: Reads,
  position: number,
  inputSize: number,
  outputSize: number,
): number[] {
  const inside = (q: number) => q >= 0 && q < inputSize;
  const clamped = (q: number) => Math.min(Math.max(q, 0), inputSize - 1);
  const distinct = (positions: number[]) => [...new Set(positions)];

  switch (reads.kind) {
    case 'same':
      return inputSize === 1 ? [0] : [position].filter(inside);
    case 'all':
      return upTo(inputSize);
    case 'window':
      return distinct(windowFrom(position, reads).filter(inside));
    case 'transposed':
      // By the definition: every input position whose kernel window, laid over the output, has `position`.
      return upTo(inputSize).filter((q) => windowFrom(q, reads).includes(position));
    case 'nearest':
      return [floorDivide(position * inputSize, outputSize)];
    case 'linear': {
      const first = sourceFloor(reads.alignment, position, inputSize, outputSize);
      return distinct([first, first + 1].map(clamped));
    }
    case 'cubic': {
      const first = sourceFloor(reads.alignment, position, inputSize, outputSize);
      return distinct([first - 1, first, first + 1, first + 2].map(clamped));
    }
    case 'list':
      return reads.positions.slice(position, position + 1).filter(inside);
  }
}

/** `from·stride - padding + i·dilation` for every `i` of the kernel, not clipped. */
function windowFrom(
  from: number,
  { kernel, stride, dilation, padding }: Extract<Reads, { kind: 'window' | 'transposed' }>,
): number[] {
  return upTo(kernel).map((i) => from * stride - padding + i * dilation);
}

/** The floor of the source coordinate of a resize, as a quotient of integers. */
function sourceFloor(alignment: Alignment, position: number, inputSize: number, outputSize: number): number {
  switch (alignment) {
    case 'half-pixel':
      // (p + 1/2)·in/out - 1/2 = ((2p + 1)·in - out) / (2·out)
      return floorDivide((2 * position + 1) * inputSize - outputSize, 2 * outputSize);
    case 'asymmetric':
      return floorDivide(position * inputSize, outputSize);
    case 'align-corners':
      return outputSize === 1 ? 0 : floorDivide(position * (inputSize - 1), outputSize - 1);
  }
}

/** Exact for integers; the remainder is taken off first, so that the division leaves none. */
function floorDivide(dividend: number, divisor: number): number {
  const remainder = ((dividend % divisor) + divisor) % divisor;
  return (dividend - remainder) / divisor;
}

function upTo(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}
