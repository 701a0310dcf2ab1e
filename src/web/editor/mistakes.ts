import { isMap, isScalar, type Pair, parseDocument } from 'yaml';
import type { Architecture } from '../../architecture/architecture.ts';
import { parseArchitecture } from '../../architecture/file.ts';
import { ClsaCimError } from '../../errors.ts';
import { CHIP_FILE } from '../configuration.ts';

/** A mistake in the text of a chip, from one position to another. */
export interface Mistake {
  readonly from: number;
  readonly to: number;
  /** As the command line says it, without the name of the file. */
  readonly message: string;
}

/** What the text of a chip says, or what is wrong with it. */
export type Checked = { readonly architecture: Architecture } | { readonly mistakes: readonly Mistake[] };

/** Reads the text of a chip as the command line does. */
export function check(text: string): Checked {
  try {
    return { architecture: parseArchitecture(text, CHIP_FILE) };
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    return { mistakes: error.mistakes.map((mistake) => located(mistake, text)) };
  }
}

const FILE = `${CHIP_FILE}: `;
const PLACE = /^line (\d+), column (\d+): /;
const FIELD = /^([\w.]+): /;

function located(mistake: string, text: string): Mistake {
  const message = mistake.startsWith(FILE) ? mistake.slice(FILE.length) : mistake;
  const [, line, column] = PLACE.exec(message) ?? [];
  if (line !== undefined) {
    const from = offsetOf(text, Number(line), Number(column));
    return { from, to: Math.min(text.length, from + 1), message };
  }
  const [, field] = FIELD.exec(message) ?? [];
  return { ...(rangeOf(text, field?.split('.') ?? []) ?? { from: 0, to: 0 }), message };
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return Math.min(text.length, before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1);
}

/** Where a field is, or the innermost of those around it that is there. */
function rangeOf(text: string, path: readonly string[]): { from: number; to: number } | undefined {
  let node: unknown = parseDocument(text).contents;
  let found: { from: number; to: number } | undefined;
  for (const key of path) {
    const pair: Pair | undefined = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    const [from, to] = isScalar(pair?.key) ? (pair.key.range ?? []) : [];
    if (pair === undefined || from === undefined || to === undefined) return found;
    found = { from, to };
    node = pair.value;
  }
  return found;
}
