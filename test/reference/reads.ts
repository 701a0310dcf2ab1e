import type { Reads } from '../../src/network/reads.ts';

/**
 * The input positions that output position `position` reads in one direction (rows or columns), ascending
 * or not, without duplicates: the table of spec.md section 4, Stage II, as an explicit list. Written to be
 * compared with the spec line by line, not to be fast.
 *
 * @param inputSize H or W of the operand, in positions.
 */
export function positionsRead(reads: Reads, position: number, inputSize: number): number[] {
  const inside = (q: number) => q >= 0 && q < inputSize;
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
    case 'list': {
      const taps = reads.taps ?? 1;
      return distinct(upTo(taps).map((tap) => reads.positions[position * taps + tap] ?? -1)).filter(inside);
    }
  }
}

/** `from·stride - padding + i·dilation` for every `i` of the kernel, not clipped. */
function windowFrom(
  from: number,
  { kernel, stride, dilation, padding }: Extract<Reads, { kind: 'window' | 'transposed' }>,
): number[] {
  return upTo(kernel).map((i) => from * stride - padding + i * dilation);
}

function upTo(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}
