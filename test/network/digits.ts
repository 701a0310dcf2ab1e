import type { Factor } from '../../src/network/layout.ts';

/** A part of the rows: so many values, so many rows apart. */
export const h = (size: number, stride: number): Factor => ({ of: 'h', size, stride });
/** A part of the columns. */
export const w = (size: number, stride: number): Factor => ({ of: 'w', size, stride });
/** A part of the channels. */
export const c = (size: number): Factor => ({ of: 'c', size, stride: 0 });
