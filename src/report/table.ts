import { nameUpTo, oneLine } from '../input/show.ts';

/** Names of layers and runs are shown up to this many characters, so that tables stay readable. */
export const SHOWN_NAME = 32;

/** A cell of a table: text is set left, numbers right and with separators between thousands, shares are drawn as bars. */
export type Cell = string | number | Bar;

/** A share from 0 to 1, which terminals draw. */
export interface Bar {
  readonly bar: number;
}

/** A table: rows of cells under heads. */
export interface Table extends Required<Omit<TableOptions, 'mostRows' | 'bottleneck' | 'result'>> {
  readonly kind: 'table';
  readonly heads: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** A terminal shows so many rows, the first ones, where it is not told to show all. */
  readonly mostRows?: number;
  /** Index of the row of a bottleneck. */
  readonly bottleneck?: number;
  /** Index of the row with the figure that all is about. */
  readonly result?: number;
}

/** How a table is shown in a terminal. */
interface TableOptions {
  /**
   * Heads of the columns that matter most, the first one most. Where a terminal is too narrow the others are left out before them,
   * the last one first. The first column of a table always stays.
   */
  readonly important?: readonly string[];
  /** True where all columns matter: those that a terminal is too narrow for follow in a table of their own. */
  readonly isWhole?: boolean;
  /** Heads of columns with sentences, which are broken over lines and not shortened. */
  readonly sentences?: readonly string[];
  /** Heads of columns that only terminals show. */
  readonly inTerminal?: readonly string[];
  /** Rows that a terminal shows, the first ones, where those that matter most come first. */
  readonly mostRows?: number;
  /** Index of the row of a bottleneck. */
  readonly bottleneck?: number | undefined;
  /** Index of the row with the figure that all is about. */
  readonly result?: number | undefined;
}

/** Cells that are set right: numbers, with what may stand before and behind them, or nothing. */
const NUMBER_LIKE = /^([\d.,+-].*)?$/;

/** A table; every row has a cell for each head, and those that are left out are empty. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): Table {
  const { important = [], isWhole = false, sentences = [], inTerminal = [] } = options;
  const { mostRows, bottleneck, result } = options;
  return {
    ...{ kind: 'table', heads, rows, important, isWhole, sentences, inTerminal },
    ...(mostRows === undefined ? {} : { mostRows }),
    ...(bottleneck === undefined ? {} : { bottleneck }),
    ...(result === undefined ? {} : { result }),
  };
}

/** True for the texts of a column that is set right. */
export function isRight(texts: readonly string[]): boolean {
  return texts.every((text) => NUMBER_LIKE.test(text));
}

/** What a cell says, in one line. */
export function cellText(cell: Cell = ''): string {
  if (typeof cell === 'number') return integer(cell);
  return typeof cell === 'string' ? oneLine(cell) : wholePercent(cell.bar);
}

/** Text from elsewhere for a cell of a Markdown table. */
export function tableCell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|');
}

/** Head of the column that shows in terminals how busy each copy of a layer is. */
export const BUSY = 'busy';

/** The index of the greatest value, the first one of several. */
export function mostOf(values: readonly number[]): number {
  return values.indexOf(values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
}

/** A layer's name for a table: cut in the middle where it is long, as exporters' paths are. */
export function shortName(name: string): string {
  return nameUpTo(SHOWN_NAME, name);
}

/** How titles begin: which model on which chip. */
export function modelOn(model: string, architecture: string): string {
  return `${oneLine(model)} on ${oneLine(architecture)}`;
}

/** A whole number with separators between thousands. */
export function integer(value: number): string {
  if (value < 1000 && value > -1000) return String(value);
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Names of units with how many of the first each is, from the smallest on. */
type Units = readonly (readonly [name: string, size: number])[];

const TIMES: Units = [
  ['ns', 1],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
];
const LONG_TIMES: Units = [
  ['s', 1],
  ['min', 60],
  ['h', 3600],
  ['days', 86_400],
  ['years', 365.25 * 86_400],
];
const ENERGIES: Units = [
  ['pJ', 1],
  ['nJ', 1e3],
  ['µJ', 1e6],
  ['mJ', 1e9],
  ['J', 1e12],
];

/** A value with four digits that matter, in the unit that suits it. */
function inUnits(value: number, units: Units): string {
  const [unit, size] = units.findLast(([, factor]) => value >= factor) ?? units[0]!;
  return `${rounded(value / size)} ${unit}`;
}

/** A number with four digits that matter. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A number of nanoseconds in the unit that suits it. */
export function duration(nanoseconds: number): string {
  return inUnits(nanoseconds, TIMES);
}

/** A number of years in the unit that suits it, from seconds on. */
export function lifetime(years: number): string {
  return inUnits(years * 365.25 * 86_400, LONG_TIMES);
}

/** An energy in the unit that suits it; nothing where it is not known. */
export function energy(picojoules: number | null): string {
  return picojoules === null ? '' : inUnits(picojoules, ENERGIES);
}

/** A share as a percentage. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A share as a percentage without digits behind the point. */
export function wholePercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A change as a percentage with its sign, such as `+7.1 %`. */
export function signedPercent(change: number): string {
  const text = percent(change);
  if (/^-?0\.0 /.test(text)) return percent(0);
  return change > 0 ? `+${text}` : text;
}

/** A rate per second with four digits. */
export function perSecond(rate: number): string {
  return String(Number(rate.toPrecision(4)));
}

/** A speedup, such as `22.13x`. */
export function times(factor: number): string {
  return `${factor.toFixed(2)}x`;
}

/** An extent, such as `208 x 208 x 32`. */
export function extent(sizes: readonly number[]): string {
  return sizes.join(' x ');
}
