/** Adding and taking it away rounds a double to a whole number, half to even. */
const ROUNDER = 1.5 * 2 ** 52;

/** The nearest whole number, of two the even one; of numbers up to 2^51. */
export function roundHalfEven(value: number): number {
  return value + ROUNDER - ROUNDER;
}
