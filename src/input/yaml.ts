import {
  Composer,
  type CST,
  type Document,
  isMap,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
  type YAMLMap,
} from 'yaml';
import { ClsaCimError } from '../errors.ts';
import { oneLine, show } from './show.ts';

/** Nesting beyond this is refused before the composer, which is recursive, gets to see it. */
const MAX_DEPTH = 64;

/** More aliases are no file that a person has written; the library looks for what each stands for among all of them. */
const MAX_ALIASES = 1000;

/** Tags of what JSON has as well. Others (`!!binary`, `!!set`, `!own`) make values that no field expects. */
const TAGS = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

/** The library may quote the whole file; so much of what it says is shown. */
const MAX_REASON = 200;

/**
 * The value of one YAML document; JSON is YAML too. It is made of what JSON has, and numbers. Safe on hostile text:
 * deep nesting, alias bombs, duplicate keys and tags of other types are refused.
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
  // The library's own check of unique keys takes quadratic time; `refuseOddities` does it instead.
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
  refuseOddities(document, at);
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

/** Refuses keys that are given twice, tags, and aliases without end. */
function refuseOddities(document: Document.Parsed, at: (offset: number) => string): void {
  let aliases = 0;
  visit(document, {
    Alias(_, { range }) {
      if (++aliases <= MAX_ALIASES) return;
      throw new ClsaCimError(
        `${at(range?.[0] ?? 0)}: more than ${MAX_ALIASES} aliases; write the values out instead`,
      );
    },
    Node(_, node: Node) {
      const { tag, range } = node;
      if (tag !== undefined && !TAGS.test(tag)) {
        const shown = show(tag.replace(/^tag:yaml\.org,2002:/, '!!'));
        throw new ClsaCimError(`${at(range?.[0] ?? 0)}: the tag ${shown} is of no use here; leave it out`);
      }
      if (isMap(node)) refuseDuplicates(node, at);
    },
  });
}

function refuseDuplicates({ items }: YAMLMap, at: (offset: number) => string): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) {
      throw new ClsaCimError(`${at(key.range?.[0] ?? 0)}: ${show(key.value)} is given twice; keep one`);
    }
    seen.add(key.value);
  }
}
