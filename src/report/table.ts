import { markdownTable } from 'markdown-table';
import { nameUpTo, oneLine } from '../input/show.ts';

/** Names of layers are shown up to this many characters, so that tables stay readable. */
const SHOWN_NAME = 32;

/** A cell of a table: text is set left, numbers right and with separators between thousands. */
export type Cell = string | number;

/** Cells that are set right: numbers, with what may stand before and behind them, or nothing. */
const NUMBER_LIKE = /^([\d.,+-].*)?$/;

/** A table of text that is Markdown too, so that it can be pasted into a report as it is. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => heads.map((_, i) => text(row[i])));
  const align = heads.map((_, i) => (texts.every((row) => NUMBER_LIKE.test(row[i]!)) ? 'r' : 'l'));
  return markdownTable([heads, ...texts], { align });
}

/** Text from elsewhere for a cell of a Markdown table. */
export function tableCell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|');
}

function text(cell: Cell | undefined): string {
  return typeof cell === 'number' ? integer(cell) : tableCell(cell ?? '');
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
