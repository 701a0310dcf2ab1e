import type { Block, Printout } from '../report/printout.ts';
import { cellText, isRight, type Table } from '../report/table.ts';
import { type DataColumn, DataTable } from './data-table.tsx';
import { quantityIn } from './quantity.ts';
import { Scroller } from './scroller.tsx';

/** Longer tables are shown a page at a time, and can be sorted. */
const MOST_ROWS = 25;

/** Longer cells are broken over lines on narrow screens. */
const MOST_UNBROKEN = 20;

/** What a command prints, as a page has it. */
export function PrintoutView({ printout }: { readonly printout: Printout }) {
  return (
    <>
      {printout.map((block, i) => (
        <BlockView key={i} block={block} />
      ))}
    </>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  if (typeof block === 'string') return block === '' ? null : <p>{withCode(block)}</p>;
  if (block.kind === 'title') return <h3>{block.text}</h3>;
  return block.kind === 'table' ? <TableView table={block} /> : null;
}

/** A text whose parts in backticks are code. */
function withCode(text: string) {
  return text.split(/`([^`]*)`/).map((part, i) => (i % 2 === 0 ? part : <code key={i}>{part}</code>));
}

function TableView({ table }: { readonly table: Table }) {
  const { heads, rows } = table;
  const label = `Table with columns ${heads.filter((head) => head !== '').join(', ')}`;
  if (rows.length > MOST_ROWS) return <DataTable label={label} columns={columnsOf(table)} />;
  const texts = rows.map((row) => heads.map((_, i) => cellText(row[i])));
  const classes = heads.map((_, i) => (isRight(texts.map((row) => row[i]!)) ? 'number' : ''));
  return (
    <Scroller label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((head, i) =>
              head === '' ? <td key={head} /> : <HeadView key={head} head={head} kind={classes[i]!} />,
            )}
          </tr>
        </thead>
        <tbody>
          {texts.map(([name, ...cells], row) => (
            <tr key={row}>
              <th scope="row" class={classes[0]}>
                {name}
              </th>
              {cells.map((cell, i) => (
                <td
                  key={heads[i + 1]}
                  class={`${classes[i + 1]}${cell.length > MOST_UNBROKEN ? ' long' : ''}`}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function HeadView({ head, kind }: { readonly head: string; readonly kind: string }) {
  return (
    <th scope="col" class={kind}>
      {head}
    </th>
  );
}

function columnsOf({ heads, rows }: Table): DataColumn[] {
  return heads.map((name, i) => {
    const cells = rows.map((row) => row[i]);
    const areNumbers = cells.every((cell) => typeof cell === 'number' || cell === '');
    if (!areNumbers) {
      const values = cells.map(cellText);
      const order = Float64Array.from(values, quantityIn);
      const areQuantities = values.every((text, row) => text === '' || !Number.isNaN(order[row]));
      return { name, values, ...(areQuantities ? { order } : {}) };
    }
    const numbers = cells.map((cell) => (typeof cell === 'number' ? cell : Number.NaN));
    return { name, values: Float64Array.from(numbers), show: cellText };
  });
}
