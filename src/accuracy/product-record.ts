import { DigitConverter, DigitNumber, DigitProduct } from '../../assembly/execute/digits-layout.ts';
import { activationLimits } from './activation-code.ts';
import { type Converter, isExact } from './converter.ts';
import type { ProductMemory } from './product-memory.ts';
import type { ProductOptions } from './product-options.ts';

/**
 * Fills in the record of a product, and all that does not depend on weights.
 *
 * @param conversionParts Signs and digits that have a conversion of their own.
 * @param converters Their ADCs; undefined where sums are read exactly.
 */
export function describeProduct(
  memory: ProductMemory,
  options: ProductOptions,
  conversionParts: number,
  converters: readonly Converter[] | undefined,
): void {
  const { rows, columns, arithmetic, activation, keepsSums, noise } = options;
  memory.set(DigitProduct.ROWS, rows);
  memory.set(DigitProduct.COLUMNS, columns);
  memory.set(DigitProduct.BLOCK_ROWS, memory.blockRows);
  memory.set(DigitProduct.STRIPS, memory.strips);
  memory.set(DigitProduct.SUM_STRIPS, memory.sumStrips);
  memory.set(DigitProduct.CONVERSION_STRIPS, conversionParts * memory.strips);
  memory.set(DigitProduct.ACTIVATION_BITS, activation.bits);
  memory.set(DigitProduct.DAC_BITS, Math.min(arithmetic.dacBits, activation.bits));
  memory.set(DigitProduct.IS_TWOS_COMPLEMENT, activation.isTwosComplement ? 1 : 0);
  memory.set(DigitProduct.KEEPS_SUMS, keepsSums === true && noise === undefined ? 1 : 0);
  memory.set(DigitProduct.CODE_STRIDE, memory.codeStride);
  const keepsZero = converters?.every((converter) => isExact(converter, { least: 0, most: 0 })) ?? true;
  memory.set(DigitProduct.KEEPS_ZERO, keepsZero ? 1 : 0);
  const numbers = memory.doubles(DigitProduct.NUMBERS);
  const [least, most] = activationLimits(activation);
  numbers[DigitNumber.SCALE] = activation.scale;
  numbers[DigitNumber.ZERO] = Math.floor(activation.zeroPoint);
  numbers[DigitNumber.ZERO_FRACTION] = activation.zeroPoint - Math.floor(activation.zeroPoint);
  numbers[DigitNumber.LEAST] = least;
  numbers[DigitNumber.MOST] = most;
  memory.words(DigitProduct.LANES).fill(-1, 0, columns);
  const records = memory.doubles(DigitProduct.CONVERTERS);
  for (let part = 0; part < conversionParts; part++) {
    const { low = 0, step = 1, last = 0 } = converters?.[part] ?? {};
    const record = [low, step, last, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    records.set(record, (part * DigitConverter.BYTES) / 8);
  }
}
