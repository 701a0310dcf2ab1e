import { Composer, type CST, type Document, isScalar, Lexer, LineCounter, Parser, visit } from 'yaml';
import { ClsaCimError } from '../errors.ts';
import { oneLine, show } from './show.ts';

/** Nesting beyond this is refused before the composer, which is recursive, gets to see it. */
const MAX_DEPTH = 64;

/** The library may quote the whole file; so much of what it says is shown. */
const MAX_REASON = 200;

/**
 * The value of one YAML document; JSON is YAML too. Safe on hostile text: deep nesting, alias bombs and
 * duplicate keys are refused, and no tag runs code.
 *
 * @param where Name of the file, for messages.
 * @throws ClsaCimError one line with the place of the mistake.
 */
export function parseYaml(text: string, where: string): unknown {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${where}: line ${line}, column ${col}`;
  };
  const tokens = tokenise(text, lines, at);
  // The library's own check of unique keys takes quadratic time; `refuseDuplicates` does it instead.
  const options = { stringKeys: true, uniqueKeys: false, logLevel: 'error' } as const;
  const [document, another] = new Composer(options).compose(tokens, true, text.length);
  if (document === undefined || document.contents === null) {
    throw new ClsaCimError(`${where}: the file is empty; write the fields as YAML or JSON`);
  }
  const error = document.errors[0];
  if (error !== undefined) {
    throw new ClsaCimError(
      `${at(error.pos[0])}: not valid YAML or JSON: ${oneLine(error.message).slice(0, MAX_REASON)}`,
    );
  }
  if (another !== undefined) {
    throw new ClsaCimError(`${where}: holds more than one YAML document; leave exactly one`);
  }
  refuseDuplicates(document, at);
  try {
    const value: unknown = document.toJS();
    return value;
  } catch (error) {
    // An alias without an anchor, or aliases of aliases that would grow beyond all bounds.
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClsaCimError(`${where}: ${oneLine(reason)}; write the values out instead of using aliases`);
  }
}

function tokenise(text: string, lines: LineCounter, at: (offset: number) => string): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH) {
      throw new ClsaCimError(`${at(parser.offset)}: nested more than ${MAX_DEPTH} levels deep`);
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function refuseDuplicates(document: Document.Parsed, at: (offset: number) => string): void {
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          throw new ClsaCimError(`${at(key.range?.[0] ?? 0)}: ${show(key.value)} is given twice; keep one`);
        }
        seen.add(key.value);
      }
    },
  });
}
