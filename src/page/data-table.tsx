import { useMemo, useState } from 'preact/hooks';
import { Scroller } from './scroller.tsx';

/** A column of a table: as many values as the table has rows. */
export interface DataColumn {
  /** What it is called: anybody's text. */
  readonly name: string;
  /** A number that is not there is NaN. */
  readonly values: ArrayLike<number> | readonly string[];
  /** What is shown of a value, where it is another text. */
  readonly show?: (value: number) => string;
  /** Of texts with numbers and units: what they are sorted by. */
  readonly order?: Float64Array;
}

interface Order {
  readonly column: number;
  readonly isDescending: boolean;
}

/** Rows of a page of a table. */
const PAGE_ROWS = 25;

/** A table that is sorted by a click on a column, and shows a page at a time. */
export function DataTable({
  label,
  columns,
}: {
  readonly label: string;
  readonly columns: readonly DataColumn[];
}) {
  const count = columns[0]?.values.length ?? 0;
  const [order, setOrder] = useState<Order | undefined>(undefined);
  const [page, setPage] = useState(0);
  const rows = useMemo(() => sorted(columns, count, order), [columns, count, order]);
  const first = page * PAGE_ROWS;
  const shown = rows.subarray(first, first + PAGE_ROWS);
  const sortBy = (column: number) => {
    setOrder({ column, isDescending: order?.column === column && !order.isDescending });
    setPage(0);
  };
  return (
    <div>
      <Scroller label={label}>
        <table>
          <thead>
            <tr>
              {columns.map((column, i) => (
                <th key={column.name} scope="col" class={kindOf(column)} aria-sort={sortOf(order, i)}>
                  <button type="button" class="plain" onClick={() => sortBy(i)}>
                    {column.name}
                    <span aria-hidden="true">{arrowOf(order, i)}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from(shown, (row) => (
              <tr key={row}>
                {columns.map((column) => (
                  <td key={column.name} class={kindOf(column)}>
                    {textOf(column, row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {count > PAGE_ROWS && (
        <Pager first={first} count={count} goTo={(row) => setPage(Math.floor(row / PAGE_ROWS))} />
      )}
    </div>
  );
}

function Pager({
  first,
  count,
  goTo,
}: {
  readonly first: number;
  readonly count: number;
  readonly goTo: (row: number) => void;
}) {
  const end = Math.min(first + PAGE_ROWS, count);
  return (
    <div class="toolbar">
      <button type="button" disabled={first === 0} onClick={() => goTo(0)}>
        First
      </button>
      <button type="button" disabled={first === 0} onClick={() => goTo(first - PAGE_ROWS)}>
        Back
      </button>
      <span>
        rows {(first + 1).toLocaleString('en')} to {end.toLocaleString('en')} of {count.toLocaleString('en')}
      </span>
      <button type="button" disabled={end === count} onClick={() => goTo(end)}>
        Next
      </button>
      <button type="button" disabled={end === count} onClick={() => goTo(count - 1)}>
        Last
      </button>
    </div>
  );
}

/** Rows in an order; those without a value last. */
function sorted(columns: readonly DataColumn[], count: number, order: Order | undefined): Int32Array {
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const column = columns[order?.column ?? -1];
  const values = column?.order ?? column?.values;
  if (order === undefined || values === undefined) return rows;
  const sign = order.isDescending ? -1 : 1;
  if (isText(values)) return rows.sort((a, b) => sign * compareText(values[a]!, values[b]!) || a - b);
  return rows.sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return sign * (x - y) || a - b;
  });
}

const { compare: compareText } = new Intl.Collator('en', { numeric: true });

function kindOf({ values, order }: DataColumn): string {
  return isText(values) && order === undefined ? '' : 'number';
}

function isText(values: DataColumn['values']): values is readonly string[] {
  return Array.isArray(values) && typeof values[0] === 'string';
}

function textOf({ values, show = String }: DataColumn, row: number): string {
  const value = values[row]!;
  if (typeof value === 'string') return value;
  return Number.isNaN(value) ? '' : show(value);
}

function sortOf(order: Order | undefined, column: number): 'ascending' | 'descending' | 'none' {
  if (order?.column !== column) return 'none';
  return order.isDescending ? 'descending' : 'ascending';
}

function arrowOf(order: Order | undefined, column: number): string {
  return { none: '', ascending: ' ▲', descending: ' ▼' }[sortOf(order, column)];
}
