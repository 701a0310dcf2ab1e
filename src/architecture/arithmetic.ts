import type { CommonFields } from './architecture.ts';
import type { ADC_RANGES, WEIGHT_CODINGS } from './arithmetic-fields.ts';

/** How an MVM is computed: bits, codes and converters (docs/accuracy.md), with all defaults. */
export interface Arithmetic {
  /** Bits of one weight. */
  readonly weightBits: number;
  /** Bits of one cell. */
  readonly cellBits: number;
  /** Bits of one input of an MVM. */
  readonly activationBits: number;
  /** Bits of an input that one read applies. */
  readonly dacBits: number;
  /** Bits of the ADC of a column; undefined where it reads exactly. */
  readonly adcBits: number | undefined;
  /** Sums that its codes stand for. */
  readonly adcRange: (typeof ADC_RANGES)[number];
  /** How signs of weights lie in cells. */
  readonly coding: 'pairs' | (typeof WEIGHT_CODINGS)[number];
  /** True where both signs of a column have one conversion together: pairs read as a difference, and signed cells. */
  readonly isDifference: boolean;
}

/** The arithmetic of an architecture. */
export function arithmeticOf(given: CommonFields): Arithmetic {
  const coding = given.differentialPairs ? 'pairs' : (given.weightCoding ?? 'bias');
  return {
    weightBits: given.weightBits,
    cellBits: given.cellBits,
    activationBits: given.activationBits,
    dacBits: given.dacBits,
    adcBits: given.adcBits,
    adcRange: given.adcRange ?? 'clip',
    coding,
    isDifference: coding === 'signed' || (coding === 'pairs' && given.pairReadout === 'analogue'),
  };
}
