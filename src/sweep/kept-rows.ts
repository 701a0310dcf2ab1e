import type { Finished } from './run.ts';
import type { Tabulated } from './tabulator.ts';

/** Sweeps of more points read their rows again for tables. */
export const KEPT_ROWS = 2 ** 17;

/** What the rows of a run come to in tables, kept as they are finished, so that nobody has to read them again. */
export class KeptRows {
  readonly #parts: { readonly first: number; readonly tabulated: Tabulated }[] = [];
  #length = 0;
  #isWhole = true;

  add({ points, rows, tabulated }: Finished): void {
    // What may be mended is so by any other row of the same point.
    if (tabulated === undefined || rows === undefined || rows.retries.size > 0) this.#isWhole = false;
    else {
      this.#parts.push({ first: points.sent[0]!, tabulated });
      this.#length += points.length;
    }
  }

  /** All parts in the order of the grid; undefined where these are not the rows of so many points. */
  inOrder(count: number): readonly Tabulated[] | undefined {
    if (!this.#isWhole || this.#length !== count) return undefined;
    return this.#parts.toSorted((a, b) => a.first - b.first).map(({ tabulated }) => tabulated);
  }
}
