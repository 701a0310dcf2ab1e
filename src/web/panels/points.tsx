import { useState } from 'preact/hooks';
import { rounded } from '../../report/table.ts';
import { Scroll } from '../controls.tsx';
import type { SweepRow } from '../tasks/sweep.ts';

/** All points, by whatever column the user chooses. */
export function PointTable(props: {
  readonly rows: readonly SweepRow[];
  readonly front: ReadonlySet<SweepRow>;
  readonly metrics: readonly string[];
}) {
  const { rows, front, metrics } = props;
  const [sorted, setSorted] = useState<{ readonly name: string; readonly isDown: boolean } | undefined>();
  const first = rows[0]?.parameters ?? {};
  const varied = Object.keys(first).filter((name) =>
    rows.some(({ parameters }) => parameters[name] !== first[name]),
  );
  const names = [
    ...varied,
    ...metrics.filter((name) => rows.some(({ results }) => results?.[name] !== undefined)),
  ];
  const valueIn = ({ parameters, results }: SweepRow, name: string) =>
    results?.[name] ?? parameters[name] ?? null;
  const ordered =
    sorted === undefined
      ? rows
      : rows.toSorted(
          (a, b) => compared(valueIn(a, sorted.name), valueIn(b, sorted.name)) * (sorted.isDown ? -1 : 1),
        );
  return (
    <Scroll label="All points">
      <table class="points">
        <thead>
          <tr>
            {names.map((name) => (
              <th
                key={name}
                scope="col"
                aria-sort={sorted?.name !== name ? 'none' : sorted.isDown ? 'descending' : 'ascending'}
              >
                <button
                  type="button"
                  onClick={() => setSorted({ name, isDown: sorted?.name === name && !sorted.isDown })}
                >
                  {name}
                </button>
              </th>
            ))}
            <th scope="col">Front</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((row) => (
            <tr key={JSON.stringify(row.parameters)} class={front.has(row) ? 'front' : ''}>
              {names.map((name) => (
                <td key={name} data-value={valueIn(row, name)}>
                  {text(valueIn(row, name))}
                </td>
              ))}
              <td>{row.error ?? (front.has(row) ? 'yes' : '')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function compared(a: string | number | boolean | null, b: string | number | boolean | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}

function text(value: string | number | boolean | null): string {
  return typeof value === 'number' ? rounded(value) : String(value ?? '');
}

/** All that points have, as a table. */
export function csvOf(rows: readonly SweepRow[]): string {
  const names = [
    ...new Set(
      rows.flatMap(({ parameters, results }) => [...Object.keys(parameters), ...Object.keys(results ?? {})]),
    ),
  ];
  const cell = (value: unknown) => {
    const written = value === null || value === undefined ? '' : String(value);
    return /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
  };
  const lines = rows.map(({ parameters, results, error }) =>
    [...names.map((name) => results?.[name] ?? parameters[name]), error].map(cell).join(','),
  );
  return `${[...names, 'error'].map(cell).join(',')}\n${lines.join('\n')}\n`;
}
