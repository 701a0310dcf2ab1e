/**
 * How the product of a matrix on crossbars lies in memory: the one description of it, for the engine and for the host
 * alike. The host lays everything out and fills it in; the engine only multiplies. What it computes is in docs/accuracy.md.
 *
 * A *strip* is 16 columns, the last one filled up. Cells are cut into *planes* of at most 4 bits, so that sums of many
 * rows fit into bytes. A *slab* is one plane of one strip, of one digit and one sign: slab
 * `((sign · digits + digit) · strips + strip) · planes + plane`, and 8 slabs are a *chunk*, whose rows lie one behind the
 * other, row block by row block.
 */

/** Columns of a strip. */
export const STRIP = 16;
/** Slabs of a chunk. */
export const CHUNK = 8;
/** Bits of a plane, at most. */
export const PLANE_BITS = 4;

/** What is done with the sum of a column. */
export enum Reading {
  /** Nothing: sums are exact. */
  NONE = 0,
  /** Steps of the ADC are 1. */
  WHOLE = 1,
  /** Steps of the ADC are more. */
  STEPS = 2,
}

/** The record of a product, in words. Addresses are in bytes, of blocks that are aligned to 16. */
export enum DigitProduct {
  ROWS = 0,
  COLUMNS = 1,
  /** Rows of a crossbar; the last block may have fewer. */
  BLOCK_ROWS = 2,
  STRIPS = 3,
  /** Strips of sums, one behind the other: signs · digits · strips. */
  SUM_STRIPS = 5,
  /** Strips of conversions: as many, or half of them where a difference has one conversion. */
  CONVERSION_STRIPS = 6,
  CHUNKS = 7,
  /** 1 where every ADC leaves a sum of 0 as it is, so that reads that drive no row need no conversion. */
  KEEPS_ZERO = 4,
  /** Rows whose planes add up to a byte. */
  BYTE_ROWS = 8,
  ACTIVATION_BITS = 9,
  DAC_BITS = 10,
  /** 1 where the last read counts negatively. */
  IS_TWOS_COMPLEMENT = 11,
  /** A {@link Reading}. */
  READING = 12,
  /** 1 where the least and the greatest sums are kept. */
  KEEPS_SUMS = 13,
  /** Doubles of a row of codes: columns, up to a multiple of 4. */
  CODE_STRIDE = 14,
  /** Codes of weights, as doubles: row by row. */
  CODES = 15,
  /** Cells, as bytes: row block, chunk, row, slab of the chunk, column. */
  CELLS = 16,
  /** Per slab: the sum strip, and by how many bits its plane is shifted. Two words. */
  SLABS = 17,
  /** Per block and chunk, a byte: whether its sums are needed. */
  NEEDED = 18,
  /** Per block and conversion strip, a byte: whether the ADC may change a sum. */
  INEXACT = 19,
  /** Per sum strip and column, a double: what a sum is worth; its sign is that of the sum, less where columns are flipped. Block by block. */
  WORTHS = 20,
  /** Per column of all strips, a word: all bits set where there is such a column. */
  LANES = 21,
  /** {@link DigitConverter} per sign and digit. */
  CONVERTERS = 22,
  /** Per column, a double: the scale of weights and inputs together. */
  SCALES = 23,
  /** Per column, a double: the sum of its codes. */
  CODE_SUMS = 24,
  /** {@link DigitNumber}. */
  NUMBERS = 25,
  /** Inputs, floats: `n × rows`. */
  INPUTS = 26,
  /** Codes of the inputs, doubles: of 4 vectors. */
  INPUT_CODES = 27,
  /** Sums of a read, words: sum strips · 16. */
  SUMS = 28,
  /** Rows that a bit of the inputs drives: words. */
  DRIVEN = 29,
  /** Results as doubles: of 4 vectors, up to whole strips. */
  RESULTS = 30,
  /** Results as floats: `n × columns`. */
  OUTPUTS = 31,

  // What follows is there where cells are noisy; see noise.ts.

  /** 1 where sums are read exactly, so that all is one product with the weights that the cells hold. */
  IS_LINEAR = 32,
  /** 1 where every read is noisy. */
  HAS_READ_NOISE = 33,
  /** Key and counter of all draws: seed in two words, trial, matrix. */
  SEED_LOW = 34,
  SEED_HIGH = 35,
  TRIAL = 36,
  MATRIX = 37,
  /** Index of the first vector of the call among all that the matrix multiplies. */
  FIRST_VECTOR = 38,
  /** Pairs of sum strips. */
  PAIRS = 39,
  /** {@link NoiseLevel} of every level of a cell. */
  LEVELS = 40,
  /** {@link NoiseNumber}. */
  NOISE_NUMBERS = 41,
  /**
   * What cells hold, in levels, as floats: block, pair of sum strips, row, column of the pair. The host puts in levels, -1 for no
   * cell; of a linear product there is one block.
   */
  VALUES = 42,
  /** Variance of a read of each, likewise. */
  VARIANCES = 43,
  /** Variance of a read of a whole weight, doubles like the codes; where linear. */
  CODE_VARIANCES = 44,
  /** Per block and column of all strips, a double: what is added for each input. */
  CORRECTIONS = 45,
  /** Rows that a read drives: where they lie, and by how much, a float. Two words. */
  DRIVES = 46,
  /** Sums of a read, floats: pairs · 32; and their variances. */
  NOISY_SUMS = 47,
  SUM_VARIANCES = 48,
  /** What squares of the reads of inputs come to, doubles: of 4 vectors; and variances of results, likewise. */
  SQUARES = 49,
  RESULT_VARIANCES = 50,
  WORDS = 52,
}

/** A level of a cell, in doubles. */
export enum NoiseLevel {
  /** Conductance that is wanted, in µS. */
  TARGET = 0,
  /** Deviation in µS; of a lognormal distribution that of the logarithm. */
  SIGMA = 1,
  /** Exponent of the drift, and its deviation. */
  NU = 2,
  NU_SIGMA = 3,
  /** Deviation of a read, as a share of the conductance. */
  READ = 4,
  /** Bytes of one. */
  BYTES = 40,
}

/** Doubles of the noise of a product. */
export enum NoiseNumber {
  /** Conductance of level 0 and of the last one, in µS. */
  G_MIN = 0,
  G_MAX = 1,
  /** Conductance that makes a level. */
  G_STEP = 2,
  /** Conductance that is taken from every cell. */
  G_REMOVED = 3,
  /** Not 0 where deviations are lognormal. */
  IS_LOGNORMAL = 4,
  /** Shares of cells that are stuck at the last level, and at level 0. */
  STUCK_ON = 5,
  STUCK_OFF = 6,
  /** ln(t / t0); 0 where nothing drifts. */
  LOG_TIME = 7,
  /** Sum of the conductances before they drift, and after it. The engine adds. */
  G_BEFORE = 8,
  G_AFTER = 9,
  COUNT = 10,
}

/** Doubles of a product. */
export enum DigitNumber {
  /** Scale of the inputs. */
  SCALE = 0,
  /** Whole part and fraction of the code of 0. */
  ZERO = 1,
  ZERO_FRACTION = 2,
  /** Least and greatest code of an input. */
  LEAST = 3,
  MOST = 4,
  /** Conversions that were clipped; inputs that were. The engine counts. */
  CLIPPED = 5,
  CLIPPED_INPUTS = 6,
  COUNT = 7,
}

/** The ADC of a digit and a sign, in doubles. */
export enum DigitConverter {
  LOW = 0,
  STEP = 1,
  LAST = 2,
  /** Least and greatest sum so far; the engine keeps them. */
  LEAST_SUM = 3,
  MOST_SUM = 4,
  /** Bytes of one. */
  BYTES = 48,
}
