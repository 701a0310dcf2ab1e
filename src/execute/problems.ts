import { ClsaCimError } from '../errors.ts';

/** So many kinds of problems are told; whoever writes more of them means harm. */
const MOST_KINDS = 40;

/** A kind of problem: where it is first, and in how many nodes. */
interface Kind {
  readonly first: string;
  nodes: number;
}

/** Why a model cannot be executed, by kinds of problems. */
export class Problems {
  readonly #kinds = new Map<string, Kind>();

  /** True where there are none. */
  get areNone(): boolean {
    return this.#kinds.size === 0;
  }

  /**
   * Something that cannot be executed.
   *
   * @param kind What is common to all problems of its kind.
   * @param text The problem in words, with where it is.
   */
  add(kind: string, text: string): void {
    const known = this.#kinds.get(kind);
    if (known === undefined) this.#kinds.set(kind, { first: text, nodes: 1 });
    else known.nodes++;
  }

  /** The error that tells the first kind in its message, and all of them in its mistakes. */
  error(): ClsaCimError {
    const kinds = [...this.#kinds.values()].map(inWords);
    const told = kinds.slice(0, MOST_KINDS);
    if (kinds.length > MOST_KINDS)
      told.push(`the model cannot be executed for ${more(kinds.length - MOST_KINDS)}`);
    const others = kinds.length === 1 ? '' : ` (and for ${more(kinds.length - 1)})`;
    return new ClsaCimError(`${kinds[0]}${others}`, 'input', { code: 'NOT_EXECUTABLE', mistakes: told });
  }
}

function inWords({ first, nodes }: Kind): string {
  const others =
    nodes === 1 ? '' : `; the same holds for ${nodes - 1} more ${nodes === 2 ? 'node' : 'nodes'}`;
  return `the model cannot be executed: ${first}${others}`;
}

function more(count: number): string {
  return count === 1 ? 'one more reason' : `${count} more reasons`;
}
