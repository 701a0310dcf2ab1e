/**
 * Numbers of what is computed value by value in Wasm: the one list of them, for the engine and for the host alike. All
 * values are floats of 32 bits; `a` and `b` are parameters.
 */

/** A function of one value x. */
export enum UnaryKind {
  /** a·x. */
  SCALE = 0,
  RELU = 1,
  /** Between a and b. */
  CLIP = 2,
  /** x, or a·x below 0. */
  LEAKY_RELU = 3,
  /** Between 0 and 1: a·x + b. */
  HARD_SIGMOID = 4,
  HARD_SWISH = 5,
  SIGMOID = 6,
  /** x · sigmoid(a·x). */
  SWISH = 7,
  TANH = 8,
  ERF = 9,
  GELU = 10,
  /** GELU by a hyperbolic tangent. */
  GELU_TANH = 11,
  EXP = 12,
  SQRT = 13,
  ABS = 14,
  NEG = 15,
  RECIPROCAL = 16,
  FLOOR = 17,
  CEIL = 18,
  /** To the nearest whole number, of two that are as near to the even one. */
  ROUND = 19,
}

/** A function of two values x and y. */
export enum BinaryKind {
  ADD = 0,
  SUBTRACT = 1,
  MULTIPLY = 2,
  DIVIDE = 3,
  MAX = 4,
  MIN = 5,
  /** x, or y·x below 0. */
  PRELU = 6,
}

/** What is made of the values of a channel under a window. */
export enum PoolKind {
  MAX = 0,
  /** Their sum. */
  SUM = 1,
  /** Their sum by a divisor. */
  MEAN = 2,
}
