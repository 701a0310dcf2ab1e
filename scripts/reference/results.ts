import { join } from 'node:path';
import { type Checker, type Symbol as CompilerSymbol, SymbolFlags } from 'typescript/unstable/sync';
import { unlinked, withModules } from '../api-reference.ts';
import { code, markdownTable } from './table.ts';

/** What a command prints with `--json`, as the type that says it. */
interface Result {
  readonly command: string;
  readonly type: string;
  /** Other keys that are there at times. */
  readonly besides?: string;
}

const CORE: readonly Result[] = [
  { command: 'schedule', type: 'Schedule' },
  {
    command: 'simulate',
    type: 'Simulation',
    besides: 'With `--explain` there is `explanation`, an [Explanation](#explanation), too.',
  },
  { command: 'optimize', type: 'Optimization' },
  { command: 'inspect', type: 'Inspection' },
];
const SWEEP: readonly Result[] = [{ command: 'sweep', type: 'SweepSummary' }];
/** Types that no key of another one leads to. */
const BESIDES: readonly string[] = ['Explanation'];

/** The keys of `--json`, from the types of the results and their docstrings. */
export function resultsPage(root: string): string {
  const files = [join(root, 'dist/src/index.d.ts'), join(root, 'dist/src/sweep/index.d.ts')];
  return withModules(root, files, (modules) => {
    const [core, sweep] = modules.map(({ checker, module }) => new Types(checker, module));
    return `# Results

What \`--json\` prints, and what the functions of the library return. Besides, \`schedule\`, \`simulate\`, \`optimize\` and \`inspect\` print \`version\`,
the version of clsa-cim, and \`chip\`, all that the architecture says. Keys may be added, and are never renamed. A \`?\` stands behind
keys that are not always there; what that depends on is said of them.

${core!.sections(CORE, BESIDES)}
${sweep!.sections(SWEEP, [])}`;
  });
}

/** The types that a module exports. */
class Types {
  readonly #checker: Checker;
  readonly #exports: ReadonlyMap<string, CompilerSymbol>;

  constructor(checker: Checker, module: CompilerSymbol) {
    this.#checker = checker;
    this.#exports = new Map(
      checker.getExportsOfModule(module).map((symbol) => {
        const isAlias = (symbol.flags & SymbolFlags.Alias) !== 0;
        return [symbol.name, isAlias ? checker.getAliasedSymbol(symbol) : symbol];
      }),
    );
  }

  /** The results, and behind them the types that their keys lead to. */
  sections(results: readonly Result[], besides: readonly string[]): string {
    const heads = results.map(({ command, type, besides: more = '' }) => {
      return `## ${command} --json\n\n${[this.#doc(type), more].filter((text) => text !== '').join(' ')}\n\n${this.#table(type)}`;
    });
    const done = new Set(results.map(({ type }) => type));
    const parts: string[] = [];
    const toDo = [...results.flatMap(({ type }) => this.#inside(type)), ...besides];
    for (const type of toDo) {
      if (done.has(type)) continue;
      done.add(type);
      toDo.push(...this.#inside(type));
      parts.push(`### ${type}\n\n${this.#doc(type)}\n\n${this.#table(type)}`);
    }
    return [...heads, ...parts].join('\n');
  }

  #symbol(type: string): CompilerSymbol {
    const symbol = this.#exports.get(type);
    if (symbol === undefined) throw new Error(`no type ${type} is exported`);
    return symbol;
  }

  #doc(type: string): string {
    return unlinked(this.#checker.getDocumentationCommentOfSymbol(this.#symbol(type)));
  }

  #keys(type: string): { name: string; isOptional: boolean; text: string; doc: string }[] {
    const declared = this.#checker.getDeclaredTypeOfSymbol(this.#symbol(type));
    return this.#checker.getPropertiesOfType(declared).map((property) => {
      const of = this.#checker.getTypeOfSymbol(property);
      return {
        name: property.name,
        isOptional: (property.flags & SymbolFlags.Optional) !== 0,
        text: of === undefined ? '' : this.#checker.typeToString(of).replace(/ \| undefined$/, ''),
        doc: unlinked(this.#checker.getDocumentationCommentOfSymbol(property)),
      };
    });
  }

  /** Types of records that keys of this one have. */
  #inside(type: string): string[] {
    const words = this.#keys(type).flatMap(({ text }) => text.match(/\b[A-Z]\w+/g) ?? []);
    return words.filter((word) => this.#isRecord(word));
  }

  #isRecord(type: string): boolean {
    return ((this.#exports.get(type)?.flags ?? 0) & SymbolFlags.Interface) !== 0;
  }

  #table(type: string): string {
    const rows = this.#keys(type).map(({ name, isOptional, text, doc }) => {
      const links = [...new Set(text.match(/\b[A-Z]\w+/g) ?? [])]
        .filter((word) => this.#isRecord(word))
        .map((word) => `see [${word}](#${word.toLowerCase()})`);
      return [
        code(isOptional ? `${name}?` : name),
        code(text.replaceAll('readonly ', '')),
        [doc, ...links].join(' '),
      ];
    });
    return markdownTable(['key', 'type', 'what it is'], rows);
  }
}
