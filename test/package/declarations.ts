import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root } from '../docs/documents.ts';

/** Something that a declaration file declares: where, and under which name. */
export interface Declared {
  /** From the root of the package. */
  readonly file: string;
  readonly name: string;
}

/** A declaration file, as the compiler writes it. */
interface DeclarationFile {
  /** Names in this file that come from others. */
  readonly imported: ReadonlyMap<string, Declared>;
  /** What it declares, exported or not, without comments and private members. */
  readonly declared: ReadonlyMap<string, { readonly isType: boolean; readonly text: string }>;
  /** What it exports by name, of its own and of others. */
  readonly exported: ReadonlyMap<string, Declared>;
  /** Files all of whose exports are its own; with a name around them or not. */
  readonly reexported: readonly string[];
}

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const STATEMENT =
  /^(?:export )?(?:declare )?(?:abstract )?(interface|class|type|enum|function|const|let|namespace) (\w+)/;
const IMPORT = /^import (?:type )?\{([^}]*)\} from '(\.[^']+)';$/gm;
const EXPORT_FROM = /^export (?:type )?\{([^}]*)\} from '(\.[^']+)';$/gm;
const EXPORT_ALL = /^export (?:type )?\* (?:as \w+ )?from '(\.[^']+)';$/gm;
const EXPORT_LIST = /^export (?:type )?\{([^}]*)\};$/gm;
const PRIVATE_MEMBER = /^ {4}(?:private|#).*$/gm;
const TYPES = ['interface', 'class', 'type', 'enum'];

const files = new Map<string, DeclarationFile>();

function fileAt(file: string): DeclarationFile {
  const known = files.get(file) ?? parse(file);
  files.set(file, known);
  return known;
}

function parse(file: string): DeclarationFile {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(COMMENT, '');
  const target = (path: string) => posix.join(dirname(file), path.replace(/\.ts$/, '.d.ts'));
  const imported = new Map<string, Declared>();
  for (const [, names, path] of text.matchAll(IMPORT)) {
    for (const { name, as } of namesIn(names!)) imported.set(as, { file: target(path!), name });
  }
  const exported = new Map<string, Declared>();
  for (const [, names, path] of text.matchAll(EXPORT_FROM)) {
    for (const { name, as } of namesIn(names!)) exported.set(as, { file: target(path!), name });
  }
  const declared = new Map<string, { isType: boolean; text: string }>();
  for (const statement of text.replaceAll(PRIVATE_MEMBER, '').split(/^(?=\S)(?!})/m)) {
    const [, kind, name] = STATEMENT.exec(statement) ?? [];
    if (kind === undefined || name === undefined) continue;
    const before = declared.get(name)?.text ?? '';
    declared.set(name, { isType: TYPES.includes(kind), text: before + statement });
    if (statement.startsWith('export')) exported.set(name, { file, name });
  }
  for (const [, names] of text.matchAll(EXPORT_LIST)) {
    for (const { name, as } of namesIn(names!)) exported.set(as, imported.get(name) ?? { file, name });
  }
  const reexported = [...text.matchAll(EXPORT_ALL)].map(([, path]) => target(path!));
  return { imported, declared, exported, reexported };
}

/** `A, type B as C` as pairs. */
function namesIn(list: string): { name: string; as: string }[] {
  return [...list.matchAll(/(?:type )?(\w+)(?: as (\w+))?/g)].map(([, name, as]) => ({
    name: name!,
    as: as ?? name!,
  }));
}

/** Where a name of a file is declared, however many files hand it on. */
function origin({ file, name }: Declared): Declared {
  const { declared, imported, exported, reexported } = fileAt(file);
  if (declared.has(name)) return { file, name };
  const next = exported.get(name) ?? imported.get(name);
  if (next !== undefined) return origin(next);
  const from = reexported.find((path) => exportsOf(path).has(name));
  if (from === undefined) throw new Error(`${file} has no ${name}`);
  return origin({ file: from, name });
}

/** What a file exports, by name; what is exported in a namespace counts as if it were not. */
export function exportsOf(file: string): ReadonlyMap<string, Declared> {
  const { exported, reexported } = fileAt(file);
  const own = [...exported].map(([name, from]) => [name, origin(from)] as const);
  return new Map([...reexported.flatMap((path) => [...exportsOf(path)]), ...own]);
}

/** The types of ours that stand in a declaration. */
export function typesIn({ file, name }: Declared): Declared[] {
  const { imported, declared } = fileAt(file);
  const { text } = declared.get(name)!;
  const found: Declared[] = [];
  // A name that a colon follows is the name of a member.
  for (const [, word] of text.matchAll(/(?<![.\w'"])([A-Z]\w*)\b(?!\??:)/g)) {
    const at = imported.get(word!) ?? (declared.has(word!) ? { file, name: word! } : undefined);
    if (at !== undefined) found.push(origin(at));
  }
  for (const [, path, word] of text.matchAll(/import\(["'](\.[^"']+)["']\)\.(\w+)/g)) {
    found.push(origin({ file: posix.join(dirname(file), path!.replace(/\.ts$/, '.d.ts')), name: word! }));
  }
  return found.filter((each) => fileAt(each.file).declared.get(each.name)!.isType && each.name !== name);
}
