import type { LeastAdcBits, ProductCounts } from './crossbar-product.ts';
import type { DigitSums } from './product-options.ts';

/** What two products have counted together: groups of a layer, or parts of its columns. */
export function mergeCounts(one: ProductCounts, other: ProductCounts): ProductCounts {
  return {
    conversions: one.conversions + other.conversions,
    clipped: one.clipped + other.clipped,
    inputs: one.inputs + other.inputs,
    clippedInputs: one.clippedInputs + other.clippedInputs,
  };
}

/** Least bits that suffice for two products. */
export function mergeLeastAdcBits(one: LeastAdcBits, other: LeastAdcBits): LeastAdcBits {
  const isSeen = one.seen !== undefined && other.seen !== undefined;
  return {
    worst: Math.max(one.worst, other.worst),
    weights: Math.max(one.weights, other.weights),
    seen: isSeen ? Math.max(one.seen, other.seen) : undefined,
  };
}

/** Sums of two products with the same digits: the range of a layer is that of all its groups and inputs. */
export function mergeSums(one: readonly DigitSums[], other: readonly DigitSums[]): readonly DigitSums[] {
  return one.map((sums, i) => {
    const { least, most } = other[i] ?? sums;
    return { ...sums, least: Math.min(sums.least, least), most: Math.max(sums.most, most) };
  });
}
