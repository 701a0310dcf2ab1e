import { nameUpTo } from '../input/show.ts';

/** What XML does not take, besides what is not seen anyway. */
const NO_CHARACTERS = /[\ufffe\uffff]/g;

/** Anybody's text as a label of so many characters at most, cut in the middle. */
export function label(text: string, most = 32): string {
  // Whoever gives a name of megabytes is shown its ends only.
  const ends = text.length > 8 * most ? `${text.slice(0, 4 * most)}${text.slice(-4 * most)}` : text;
  return nameUpTo(Math.max(4, 2 * Math.floor(most / 2)), ends.replaceAll(NO_CHARACTERS, ' '));
}

/** Digits of a number on an axis, and the most where fewer would make two of them the same. */
const DIGITS = 6;
const MOST_DIGITS = 15;
const THOUSANDS = /\B(?=(\d{3})+$)/g;
const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A number on an axis, with separators below a million and with a prefix from there on, in so many digits at most. */
export function tickLabel(value: number, digits = DIGITS): string {
  const size = Math.abs(value);
  if (size < 1e6) {
    const [whole = '', part] = String(Number(value.toPrecision(digits))).split('.');
    const grouped = size < 1e4 ? whole : whole.replaceAll(THOUSANDS, ',');
    return part === undefined ? grouped : `${grouped}.${part}`;
  }
  const thousands = Math.min(PREFIXES.length - 1, Math.floor(Math.log10(size) / 3));
  return `${Number((value / 1000 ** thousands).toPrecision(digits))}${PREFIXES[thousands]}`;
}

/** How numbers of an axis are written, in so many digits at most if it says how. */
export type Format = (value: number, digits?: number) => string;

/** Ticks with their labels, which have as many digits as it takes to tell one from the other. */
export function tickLabels(ticks: readonly number[], format: Format): ReadonlyMap<number, string> {
  for (let digits = DIGITS; ; digits++) {
    const labels = new Map(ticks.map((tick) => [tick, format(tick, digits)]));
    if (digits === MOST_DIGITS || new Set(labels.values()).size === labels.size) return labels;
  }
}

/** Steps of an axis, in powers of ten. */
const STEPS = [1, 2, 5, 10] as const;

/** Round numbers from `least`, 0 by default, to `most`, about `count` of them. */
export function niceTicks(most: number, count: number, least = 0): number[] {
  if (!(most > least)) return [least];
  const rough = (most - least) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * STEPS.find((one) => one * power >= rough * (1 - 1e-9))!;
  const first = Math.ceil((least / step) * (1 - 1e-9));
  const last = Math.floor((most / step) * (1 + 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The same for what is counted: whole numbers only. */
export function wholeTicks(most: number, count: number): number[] {
  return niceTicks(most, count).filter(Number.isInteger);
}

/** Powers of ten with their halves and fifths, as many as there is space for, on a scale that is logarithmic. */
export function logTicks(least: number, most: number, count: number): number[] {
  for (const parts of [[1, 2, 5], [1, 3], [1]]) {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(least)); 10 ** power <= most; power++) {
      for (const part of parts) ticks.push(Number((part * 10 ** power).toPrecision(6)));
    }
    const shown = ticks.filter((tick) => tick >= least && tick <= most);
    if (shown.length <= count || parts.length === 1) {
      const step = Math.ceil(shown.length / count);
      return shown.filter((_, i) => i % step === 0);
    }
  }
  return [];
}

/** The units of columns, by how their names end. */
const UNITS: readonly (readonly [
  ending: RegExp,
  units: readonly (readonly [unit: string, size: number])[],
])[] = [
  [
    /Ns$/,
    [
      ['ns', 1],
      ['µs', 1e3],
      ['ms', 1e6],
      ['s', 1e9],
    ],
  ],
  [
    /Pj(?=$|\.|Per)/,
    [
      ['pJ', 1],
      ['nJ', 1e3],
      ['µJ', 1e6],
      ['mJ', 1e9],
      ['J', 1e12],
    ],
  ],
  [/Mm2(?=$|\.)/, [['mm²', 1]]],
];

/** A quantity on an axis: what it is called, and how its values are written. */
export interface Quantity {
  readonly title: string;
  readonly format: Format;
  /** Of the unit that its values are written in. */
  readonly size: number;
}

/** A column of results, with a unit such that `most` is no long number. */
export function quantityOf(name: string, most: number): Quantity {
  const [ending, units] = UNITS.find(([end]) => end.test(name)) ?? [];
  // A product, such as pJ·ns, has no unit of its own.
  if (ending === undefined || units === undefined || name === 'energyDelayPjNs') {
    return { title: name, format: tickLabel, size: 1 };
  }
  const [unit, size] = units.findLast(([, factor]) => most >= factor) ?? units[0]!;
  return {
    ...{ title: `${name.replace(ending, '')} (${unit})`, size },
    format: (value, digits) => tickLabel(value / size, digits),
  };
}

/** A text in lines of so many characters at most; words that are longer are cut. */
export function linesOf(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(label(word, most));
  }
  return lines;
}
