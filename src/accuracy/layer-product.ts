import type { Arithmetic } from '../architecture/arithmetic.ts';
import type { WeightMatrix } from '../network/network.ts';
import type { ActivationCode } from './activation-code.ts';
import { CrossbarProduct, type LeastAdcBits, type ProductCounts } from './crossbar-product.ts';
import type { GivenWeights } from './given-codes.ts';
import { mergeCounts, mergeLeastAdcBits, mergeSums } from './merge.ts';
import type { NoiseModel } from './noise-model.ts';
import type { DigitSums } from './product-options.ts';

/** A base layer on crossbars: the matrices of all its groups. */
export interface LayerProductOptions {
  /** Its matrices. */
  readonly matrix: WeightMatrix;
  /** Its weights: matrix by matrix, row by row. */
  readonly weights: Float32Array;
  /** Bits, codes and converters. */
  readonly arithmetic: Arithmetic;
  /** Rows of its crossbars. */
  readonly crossbarRows: number;
  /** The code of its inputs. */
  readonly activation: ActivationCode;
  /** The code of its weights, where the file gives one. */
  readonly given?: GivenWeights | undefined;
  /** Sums that were seen of every digit. */
  readonly seen?: readonly DigitSums[] | undefined;
  /** Whether sums are made and kept. */
  readonly keepsSums?: boolean;
  /** What cells hold instead of what they should; `firstMatrix` is the number of its first matrix among all of the network. */
  readonly noise?: LayerNoise | undefined;
}

/** Noise of the cells of a layer. */
export interface LayerNoise {
  readonly model: NoiseModel;
  readonly seed: number;
  readonly trial: number;
  /** Number of the first matrix of the layer, among those of all layers. */
  readonly firstMatrix: number;
}

/** Inputs of a layer: vectors one behind the other, each with the rows of all matrices; and where results go. */
export interface LayerVectors {
  readonly inputs: Float32Array;
  /** Doubles where they are to have all digits of sums of integers. */
  readonly results: Float32Array | Float64Array;
  /** Number of its first vector among all that the layer multiplies. */
  readonly first: number;
}

/** What the products of a layer have counted. */
export interface LayerCounts {
  readonly counts: ProductCounts;
  readonly leastAdcBits: LeastAdcBits;
  readonly sums: readonly DigitSums[] | undefined;
}

/** Multiplies vectors with all matrices of a layer; one matrix after the other is in memory. */
export function multiplyLayer(options: LayerProductOptions, vectors: readonly LayerVectors[]): LayerCounts {
  const { matrix, weights, noise, seen, given, ...rest } = options;
  const { groups, rows, columns } = matrix;
  const own = (of: Float64Array, group: number) => of.subarray(group * columns, (group + 1) * columns);
  let all: LayerCounts | undefined;
  for (let group = 0; group < groups; group++) {
    const product = new CrossbarProduct({
      ...{ ...rest, rows, columns },
      weights: weights.subarray(group * rows * columns, (group + 1) * rows * columns),
      ...(given && { scales: own(given.scales, group), zeroPoints: own(given.zeroPoints, group) }),
      ...(seen === undefined ? {} : { seen }),
      ...(noise === undefined ? {} : { noise: { ...noise, matrix: noise.firstMatrix + group } }),
    });
    try {
      for (const { inputs, results, first } of vectors) {
        product.multiply(inputs, inputs.length / (groups * rows), results, {
          first,
          xFrom: group * rows,
          xStride: groups * rows,
          yFrom: group * columns,
          yStride: groups * columns,
        });
      }
      const { counts, leastAdcBits, sums } = product;
      all =
        all === undefined
          ? { counts, leastAdcBits, sums }
          : mergeLayerCounts(all, { counts, leastAdcBits, sums });
    } finally {
      product.release();
    }
  }
  return all!;
}

/** What two products of the same layer, or of groups of it, have counted together. */
export function mergeLayerCounts(one: LayerCounts, other: LayerCounts): LayerCounts {
  const isSeen = one.sums !== undefined && other.sums !== undefined;
  return {
    counts: mergeCounts(one.counts, other.counts),
    leastAdcBits: mergeLeastAdcBits(one.leastAdcBits, other.leastAdcBits),
    sums: isSeen ? mergeSums(one.sums, other.sums) : undefined,
  };
}
