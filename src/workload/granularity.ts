import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { expected } from '../input/validate.ts';
import type { FeatureMap } from '../network/network.ts';

/**
 * How a base layer's OFM is cut into sets (spec.md section 4, Stage I): `pixel` is 1 x 1, `row` is 1 x W,
 * anything else a block of so many rows and columns, cut short at the lower and right edge.
 */
export type Granularity = 'pixel' | 'row' | { readonly height: number; readonly width: number };

/** What can be a {@link Granularity}; {@link setShape} looks at words and numbers. */
export const granularitySchema = v.union(
  [v.string(), v.strictObject({ height: v.number(), width: v.number() })],
  expected('pixel, row, or a block such as { height: 4, width: 4 }'),
);

const BLOCK = /^(\d+)x(\d+)$/i;

/** Reads `pixel`, `row` or `HxW`. */
export function parseGranularity(text: string): Granularity {
  if (text === 'pixel' || text === 'row') return text;
  const [, height = 0, width = 0] = (BLOCK.exec(text) ?? []).map(Number);
  if (!isBlock({ height, width })) {
    throw new ClsaCimError(
      `granularity ${JSON.stringify(text)} is none of pixel, row and HxW with H and W of at least 1, such as 4x4`,
      'usage',
    );
  }
  return { height, width };
}

function isBlock({ height, width }: { height: number; width: number }): boolean {
  return Number.isSafeInteger(height) && Number.isSafeInteger(width) && height > 0 && width > 0;
}

/** The text that {@link parseGranularity} reads. */
export function formatGranularity(granularity: Granularity): string {
  return typeof granularity === 'string' ? granularity : `${granularity.height}x${granularity.width}`;
}

/** Height and width of a layer's sets; a set is never larger than the OFM. */
export function setShape(granularity: Granularity, ofm: FeatureMap): { height: number; width: number } {
  if (granularity === 'pixel') return { height: 1, width: 1 };
  if (granularity === 'row') return { height: 1, width: ofm.width };
  if (!isBlock(granularity)) return parseGranularity(formatGranularity(granularity)) as never;
  return { height: Math.min(granularity.height, ofm.height), width: Math.min(granularity.width, ofm.width) };
}
