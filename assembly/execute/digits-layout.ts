/**
 * How the product of a matrix on crossbars lies in memory: the one description of it, for the engine and for the host
 * alike. The host lays everything out and fills it in; the engine only multiplies. What it computes is in docs/accuracy.md.
 *
 * A *tile* is 16 columns, the last one filled up. Cells are cut into *planes* of at most 4 bits, so that sums of many
 * rows fit into bytes. A *vector* is one plane of one tile, of one digit and one sign: vector
 * `((sign · digits + digit) · tiles + tile) · planes + plane`, and 8 vectors are a *chunk*, whose rows lie one behind the
 * other, block by block.
 */

/** Columns of a tile. */
export const TILE = 16;
/** Vectors of a chunk. */
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
  TILES = 3,
  /** Digits of a weight. */
  DIGITS = 4,
  /** Tiles of sums, one behind the other: signs · digits · tiles. */
  SUM_TILES = 5,
  /** Tiles of conversions: as many, or half of them where a difference has one conversion. */
  CONVERSION_TILES = 6,
  CHUNKS = 7,
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
  /** Cells, as bytes: block, chunk, row, vector of the chunk, column. */
  CELLS = 16,
  /** Per vector: the sum tile, and by how many bits its plane is shifted. Two words. */
  VECTORS = 17,
  /** Per block and chunk, a byte: whether its sums are needed. */
  NEEDED = 18,
  /** Per block and conversion tile, a byte: whether the ADC may change a sum. */
  INEXACT = 19,
  /** Per sum tile and column, a double: what a sum is worth; its sign is that of the sum, less where columns are flipped. Block by block. */
  WORTHS = 20,
  /** Per column of all tiles, a word: all bits set where there is such a column. */
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
  /** Sums of a read, words: sum tiles · 16. */
  SUMS = 28,
  /** Rows that a bit of the inputs drives: words. */
  DRIVEN = 29,
  /** Results as doubles: of 4 vectors, up to whole tiles. */
  RESULTS = 30,
  /** Results as floats: `n × columns`. */
  OUTPUTS = 31,
  WORDS = 32,
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
