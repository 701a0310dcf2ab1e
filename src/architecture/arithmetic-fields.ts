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
    'Sums that the codes of an ADC stand for: the least ones (clip, the default), all that a crossbar can make (full), or those that were seen (calibrated).',
    word(ADC_RANGES),
  ),
  weightCoding: optional(
    'Signs without differential pairs: a bias on every weight (bias, the default), that with columns flipped whose sum would be large (flipped), or cells that hold either sign (signed).',
    word(WEIGHT_CODINGS),
  ),
  pairReadout: optional(
    'Whether the columns of a differential pair have a conversion each (separate, the default) or their difference has one (analogue).',
    word(PAIR_READOUTS),
  ),
};
