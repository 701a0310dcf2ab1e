import Table from 'cli-table3';

/** A cell of a table: text is set left, numbers right and with separators between thousands. */
export type Cell = string | number;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A plain table of text: a line of heads, then the rows. Columns of numbers are set right. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = heads.map(
    (_, i) => rows.length > 0 && rows.every((row) => /^[\d.,+-]|^$|^–$/.test(text(row[i]))),
  );
  const layout = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colAligns: isNumeric.map((numeric) => (numeric ? 'right' : 'left')),
  });
  layout.push([...heads], ...rows.map((row) => row.map(text)));
  return layout
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function text(cell: Cell | undefined): string {
  return typeof cell === 'number' ? integer(cell) : (cell ?? '');
}

/** A whole number with separators between thousands. */
export function integer(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number of nanoseconds in the unit that suits it. */
export function duration(nanoseconds: number): string {
  const units = [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', 1e6],
    ['s', 1e9],
  ] as const;
  const [unit, size] = units.findLast(([, factor]) => nanoseconds >= factor) ?? units[0];
  return `${Number((nanoseconds / size).toPrecision(4))} ${unit}`;
}

/** A share as a percentage. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A speedup, such as `22.13x`. */
export function times(factor: number): string {
  return `${factor.toFixed(2)}x`;
}

/** An extent, such as `208 x 208 x 32`. */
export function extent(sizes: readonly number[]): string {
  return sizes.join(' x ');
}
