/** The values that something has. */
export interface ValueRange {
  /** The least one. */
  readonly least: number;
  /** The greatest one. */
  readonly most: number;
}

/** Bits of a float that tell its bin: sign, exponent and 7 bits of the fraction, so that a bin is within 1 % of its ends. */
const DROPPED_BITS = 16;
const BINS = 2 ** 16;
const SIGN_BIN = 2 ** 15;

/** Which inputs of MVMs there are: what a pass over the inputs has seen of a layer. */
export class ActivationRange {
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  #count = 0;
  #isNumber = true;
  readonly #bins = new Float64Array(BINS);

  /** Takes note of values. */
  see(values: Float32Array): void {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value < this.#least) this.#least = value;
      if (value > this.#most) this.#most = value;
      if (Number.isNaN(value)) this.#isNumber = false;
      this.#bins[bits[i]! >>> DROPPED_BITS]!++;
    }
    this.#count += values.length;
  }

  /** How many values there were. */
  get count(): number {
    return this.#count;
  }

  /** The least and the greatest of all values; 0 where there were none, NaN where one is no number. */
  get range(): ValueRange {
    if (!this.#isNumber) return { least: Number.NaN, most: Number.NaN };
    return this.#count === 0 ? { least: 0, most: 0 } : { least: this.#least, most: this.#most };
  }

  /**
   * The range without the largest values on either side of 0: at least `percent` of all values are in it. Its ends are
   * those of bins, at most 1 % from values that there were.
   *
   * @param percent Above 0, at most 100.
   */
  percentile(percent: number): ValueRange {
    const { least, most } = this.range;
    const wanted = (this.#count * percent) / 100;
    let seen = 0;
    for (let bin = 0; bin < SIGN_BIN; bin++) {
      seen += this.#bins[bin]! + this.#bins[bin + SIGN_BIN]!;
      if (seen < wanted) continue;
      const end = endOf(bin);
      return { least: Math.max(least, Math.min(0, -end)), most: Math.min(most, end) };
    }
    return { least, most };
  }
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The largest float in a bin of positive ones. */
function endOf(bin: number): number {
  word[0] = bin * 2 ** DROPPED_BITS + (2 ** DROPPED_BITS - 1);
  return float[0]!;
}
