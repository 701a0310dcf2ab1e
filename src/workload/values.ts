import type { Layer } from '../network/network.ts';

/** Values of a layer's OFM: H·W·C. */
export function elements({ shape }: Layer): number {
  return shape.height * shape.width * shape.channels;
}
