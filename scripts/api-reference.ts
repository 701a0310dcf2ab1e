/**
 * The API reference in Markdown, from the declarations that the compiler has written: a page per entry point of
 * package.json; per export what its docstring says and its declaration, members with their docstrings.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  API,
  type Checker,
  type Symbol as CompilerSymbol,
  NodeBuilderFlags,
  type Program,
  SymbolFlags,
} from 'typescript/unstable/sync';

/** An entry point of the package. */
interface Entry {
  /** What is imported: `clsa-cim/sweep`. */
  readonly name: string;
  /** Its declarations. */
  readonly file: string;
  /** Its page. */
  readonly page: string;
}

/** Something that an entry point exports. */
interface Export {
  readonly name: string;
  readonly doc: string;
  readonly code: string;
}

/** One page. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

const HEADINGS: readonly (readonly [string, SymbolFlags])[] = [
  ['Functions', SymbolFlags.Function],
  ['Classes', SymbolFlags.Class],
  ['Values', SymbolFlags.Variable],
  ['Types', SymbolFlags.Interface | SymbolFlags.TypeAlias | SymbolFlags.Enum],
];

/** The docstring of a file: it stands in front of another one, or of what is taken from other files. */
const MODULE_DOC = /^\s*\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?=\/\*\*|import\b|export (?:type )?[*{])/;

/** The entry points with types, in the order of package.json. */
function entriesOf(root: string): Entry[] {
  const { name, exports }: { name: string; exports: Record<string, unknown> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return Object.entries(exports).flatMap(([path, target]) => {
    const file = typesOf(target);
    if (file === undefined) return [];
    const entry = path.replace(/^\.\/?/, '');
    return [
      {
        name: join(name, entry),
        file: resolve(root, file),
        page: `${entry.replaceAll('/', '-') || name}.md`,
      },
    ];
  });
}

function typesOf(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null || !('types' in target)) return undefined;
  return typeof target.types === 'string' ? target.types : typesOf(target.types);
}

/** The pages of the package at `root`, which has been built. */
export function apiReference(root: string): Page[] {
  const entries = entriesOf(root);
  return withModules(
    root,
    entries.map(({ file }) => file),
    (modules) =>
      modules.map((module, i) => {
        const { name, page } = entries[i]!;
        return { path: page, text: new Printer(module).page(name) };
      }),
  );
}

/** A file of declarations, as the compiler sees it. */
export interface Module {
  readonly program: Program;
  readonly checker: Checker;
  readonly file: string;
  /** What it exports. */
  readonly module: CompilerSymbol;
}

/** Opens files of declarations of the package at `root`, for as long as `use` takes. */
export function withModules<Result>(
  root: string,
  files: readonly string[],
  use: (modules: Module[]) => Result,
): Result {
  const api = new API({ cwd: root });
  try {
    const snapshot = api.updateSnapshot({ openFiles: [...files] });
    const modules = files.map((file) => {
      const project = snapshot.getDefaultProjectForFile(file);
      if (project === undefined) throw new Error(`${file} is missing; run npm run build first`);
      const { program, checker } = project;
      const source = program.getSourceFile(file);
      const module = source && checker.getSymbolAtLocation(source);
      if (module === undefined) throw new Error(`${file} exports nothing`);
      return { program, checker, file, module };
    });
    return use(modules);
  } finally {
    api.close();
  }
}

class Printer {
  readonly #checker: Checker;
  readonly #module: CompilerSymbol;
  /** The text of the file. */
  readonly #text: string;

  constructor({ program, checker, file, module }: Module) {
    this.#checker = checker;
    this.#module = module;
    this.#text = program.getSourceFile(file)?.text ?? '';
  }

  page(name: string): string {
    const exports = this.#exports(this.#module);
    const ofKinds = HEADINGS.map(([heading, flags]) => {
      return { heading, found: exports.filter(({ symbol }) => (symbol.flags & flags) !== 0) };
    }).filter(({ found }) => found.length > 0);
    const anchors = anchorsOf([
      name,
      ...ofKinds.flatMap(({ heading, found }) => [heading, ...found.map((exported) => fullName(exported))]),
    ]);
    const sections = ofKinds.map(({ heading, found }) => {
      const texts = found.map((exported) => this.#section(this.#describe(exported), anchors));
      return `\n## ${heading}\n${texts.join('')}`;
    });
    const doc = unlinked(MODULE_DOC.exec(this.#text)?.[1] ?? '');
    return `# ${name}\n${doc === '' ? '' : `\n${doc}\n`}${sections.join('')}`;
  }

  /** Exports by name; those of a namespace stand for it. */
  #exports(module: CompilerSymbol, prefix = ''): { symbol: CompilerSymbol; prefix: string }[] {
    const symbols = this.#checker
      .getExportsOfModule(module)
      .map((symbol) => ({ name: symbol.name, symbol: this.#target(symbol) }));
    symbols.sort((a, b) => (a.name < b.name ? -1 : 1));
    return symbols.flatMap(({ name, symbol }) =>
      symbol.flags & SymbolFlags.Module ? this.#exports(symbol, `${prefix}${name}.`) : [{ symbol, prefix }],
    );
  }

  #target(symbol: CompilerSymbol): CompilerSymbol {
    return symbol.flags & SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #describe({ symbol, prefix }: { symbol: CompilerSymbol; prefix: string }): Export {
    const tags = this.#checker
      .getJsDocTagsOfSymbol(symbol)
      .map(({ name, text }) => `- \`@${name}\` ${text ?? ''}`);
    const doc = [this.#checker.getDocumentationCommentOfSymbol(symbol), tags.join('\n')];
    const codes = symbol.declarations.map((handle) => {
      const node = handle.resolve();
      return node === undefined ? '' : this.#code(symbol, node);
    });
    return {
      name: fullName({ symbol, prefix }),
      doc: unlinked(doc.filter((part) => part !== '').join('\n\n')),
      code: [...new Set(codes)].join('\n'),
    };
  }

  /** A declaration without its own docstring, and without what is private. */
  #code(symbol: CompilerSymbol, node: Node): string {
    if (node.kind === SyntaxKind.TypeAliasDeclaration && /\bv\.Infer/.test(node.getText())) {
      const { NoTruncation, MultilineObjectLiterals, InTypeAlias } = NodeBuilderFlags;
      const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
      const text = this.#checker.typeToString(
        type,
        node,
        NoTruncation | MultilineObjectLiterals | InTypeAlias,
      );
      return narrower(`type ${symbol.name} = ${text};`);
    }
    const whole = node.kind === SyntaxKind.VariableDeclaration ? node.parent.parent : node;
    const text = whole
      .getText()
      .replace(/^export (?:declare )?/, '')
      .replaceAll(/^ {4}(?:#private|private .*);\n/gm, '');
    return narrower(text);
  }

  /** Behind its declaration the names of this page that it uses. */
  #section({ name, doc, code }: Export, anchors: ReadonlyMap<string, string>): string {
    const bare = code.replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const used = [...new Set(bare.match(/\b\w+\b(?!\??[:(<])/g))]
      .filter((word) => anchors.has(word) && word !== name)
      .sort();
    const links = used.map((word) => `[${word}](#${anchors.get(word)})`);
    const uses = links.length === 0 ? '' : `\nUses ${links.join(', ')}.\n`;
    return `\n### ${name}\n${doc === '' ? '' : `\n${doc}\n`}\n\`\`\`typescript\n${code}\n\`\`\`\n${uses}`;
  }
}

const fullName = ({ symbol, prefix }: { symbol: CompilerSymbol; prefix: string }) => prefix + symbol.name;

/** Two blanks a level, where the compiler writes four. */
const narrower = (code: string) =>
  code.replaceAll(/^ +/gm, (blanks) => ' '.repeat(Math.ceil(blanks.length / 2)));

/** What leads to each heading of a page: GitHub numbers those that differ in case alone. */
function anchorsOf(headings: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    headings.map((heading) => {
      const anchor = heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-');
      const before = counts.get(anchor) ?? 0;
      counts.set(anchor, before + 1);
      return [heading, before === 0 ? anchor : `${anchor}-${before}`];
    }),
  );
}

/** The text of a docstring: without stars, links as their names. */
export function unlinked(doc: string): string {
  return doc
    .replaceAll(/^[ \t]*\* ?/gm, '')
    .replaceAll(/\{@link (\w[\w.]*)\}/g, '`$1`')
    .trim();
}
