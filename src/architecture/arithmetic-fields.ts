import * as v from 'valibot';
import { count, expected } from '../input/validate.ts';
import { optional } from './field.ts';

/** Most bits of an ADC. */
export const ADC_BITS = 32;

/** What the codes of an ADC stand for. */
export const ADC_RANGES = ['clip', 'full', 'calibrated'] as const;

/** How weights of both signs lie in cells that know none, or in cells that know both. */
export const WEIGHT_CODINGS = ['bias', 'flipped', 'signed'] as const;

/** How the two columns of a differential pair are read. */
const PAIR_READOUTS = ['separate', 'analogue'] as const;

/** One of a few words. */
function word<const Words extends readonly string[]>(words: Words) {
  return v.picklist(words, expected(`${words.slice(0, -1).join(', ')} or ${words.at(-1)}`));
}

/** The fields of an architecture that say how columns are read and signs are coded. A new one is one more line here. */
export const arithmeticFields = {
  adcBits: optional('Bits of the ADC that reads a column; left out, it reads exactly.', count(ADC_BITS)),
  adcRange: optional(
    'Sums that an ADC has codes for: clip (the default), full or calibrated; see docs/accuracy.md.',
    word(ADC_RANGES),
  ),
  weightCoding: optional(
    'Signs where there are no pairs: bias (the default), flipped or signed; see docs/accuracy.md.',
    word(WEIGHT_CODINGS),
  ),
  pairReadout: optional(
    'Conversions of a differential pair: separate (the default) or of its difference (analogue).',
    word(PAIR_READOUTS),
  ),
};
