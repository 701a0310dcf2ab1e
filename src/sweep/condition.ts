import { compileExpression } from 'filtrex';
import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine, show } from '../input/show.ts';
import type { Values } from './point.ts';

/** Longer conditions are no conditions. */
const MAX_LENGTH = 10_000;

/** Text in double quotes, a name in single quotes, or a bare name and whether it is called. */
const TOKEN = /"(?:\\.|[^"\\])*"|'((?:\\.|[^'\\])*)'|([A-Za-z_$][\w.$]*)(?=(\s*\()?)/g;
const KEYWORDS = ['and', 'or', 'not', 'in', 'mod', 'if', 'then', 'else', 'of', 'true', 'false'];
const FUNCTIONS = 'abs ceil floor log log2 log10 max min round sqrt exists empty'.split(' ');

/** A condition on points and the parameters that it asks for. */
export interface Condition {
  readonly names: readonly string[];
  /** @throws ClsaCimError where it compares what cannot be compared, or is neither true nor false. */
  holds(values: Values): boolean;
}

/**
 * Compiles the condition of a spec, such as `extraPes <= 16 or granularity == "row"`.
 *
 * @param known Names that a condition may use.
 * @param where Place in the spec, for messages.
 * @throws ClsaCimError for a mistake in the expression or a name that is not known.
 */
export function compileCondition(text: string, known: readonly string[], where: string): Condition {
  if (text.length > MAX_LENGTH) throw new ClsaCimError(`${where}: longer than ${MAX_LENGTH} characters`);
  const names = namesIn(text, known, where);
  const evaluate = compiled(text, where);
  return {
    names,
    holds(values) {
      const result: unknown = evaluate(values);
      if (typeof result === 'boolean') return result;
      const problem =
        result instanceof Error ? oneLine(result.message) : `it is ${show(result)}, not true or false`;
      throw new ClsaCimError(`${where}: ${show(text)}: ${problem} (at ${shown(values, names)})`);
    },
  };
}

function compiled(text: string, where: string): (values: Values) => unknown {
  try {
    return compileExpression(text, { constants: { true: true, false: false } });
  } catch (error) {
    const reason = error instanceof Error ? oneLine(error.message) : String(error);
    throw new ClsaCimError(
      `${where}: ${show(text)}: ${reason.slice(0, 300)}; write it such as extraPes <= 16 and granularity == "row"`,
    );
  }
}

function namesIn(text: string, known: readonly string[], where: string): string[] {
  const names = new Set<string>();
  for (const [, quoted, bare, call] of text.matchAll(TOKEN)) {
    const name = quoted ?? bare;
    if (name === undefined || (quoted === undefined && KEYWORDS.includes(name))) continue;
    if (call === undefined || quoted !== undefined)
      names.add(checked(name, 'parameter of this sweep', known, where));
    else checked(name, 'function', FUNCTIONS, where);
  }
  return [...names];
}

function checked(name: string, what: string, known: readonly string[], where: string): string {
  if (known.includes(name)) return name;
  throw unknownName(`${where}: no ${what} is called`, name, known);
}

function shown(values: Values, names: readonly string[]): string {
  return names.map((name) => `${name} = ${show(values[name])}`).join(', ');
}
