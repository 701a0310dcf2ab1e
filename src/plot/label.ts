import { nameUpTo } from '../input/show.ts';

/** What XML does not take, besides what is not seen anyway. */
const NO_CHARACTERS = /[\ufffe\uffff]/g;

/** Anybody's text as a label of so many characters at most, cut in the middle. */
export function label(text: string, most = 32): string {
  // Whoever gives a name of megabytes is shown its ends only.
  const ends = text.length > 8 * most ? `${text.slice(0, 4 * most)}${text.slice(-4 * most)}` : text;
  return nameUpTo(Math.max(4, 2 * Math.floor(most / 2)), ends.replaceAll(NO_CHARACTERS, ' '));
}

const THOUSANDS = /\B(?=(\d{3})+$)/g;
const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A number on an axis: exact with separators below a million, with a prefix from there on. */
export function tickLabel(value: number): string {
  const size = Math.abs(value);
  if (size < 1e6) {
    const [whole = '', part] = String(Number(value.toPrecision(6))).split('.');
    const grouped = size < 1e4 ? whole : whole.replaceAll(THOUSANDS, ',');
    return part === undefined ? grouped : `${grouped}.${part}`;
  }
  const thousands = Math.min(PREFIXES.length - 1, Math.floor(Math.log10(size) / 3));
  return `${Number((value / 1000 ** thousands).toPrecision(6))}${PREFIXES[thousands]}`;
}

/** Steps of an axis, in powers of ten. */
const STEPS = [1, 2, 5, 10] as const;

/** Round numbers from 0 to `most`, about `count` of them. */
export function niceTicks(most: number, count: number): number[] {
  if (!(most > 0)) return [0];
  const rough = most / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * STEPS.find((one) => one * power >= rough * (1 - 1e-9))!;
  const last = Math.floor((most / step) * (1 + 1e-9));
  return Array.from({ length: last + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}
