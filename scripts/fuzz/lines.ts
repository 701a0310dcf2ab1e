import { LONG_TEXT, NUMBERS, ODD_NUMBERS, TEXTS } from './interesting.ts';
import type { Random } from './random.ts';
import type { Format } from './target.ts';

/** Text as lines, whose words and numbers change. */
export const lines: Format<string[]> = {
  parse: (bytes) => new TextDecoder().decode(bytes).split('\n'),
  write: (tree) => new TextEncoder().encode(tree.join('\n')),
  edit(tree, donor, random) {
    const changed = random.pick(edits)(tree, donor, random);
    return changed.length > 0 ? changed : [''];
  },
  without(tree, first, count) {
    return first < tree.length ? tree.toSpliced(first, count) : undefined;
  },
};

type Edit = (tree: string[], donor: readonly string[], random: Random) => string[];

/** Lines are not multiplied beyond this. */
const MAX_LINES = 20_000;
const MAX_LINE = 200_000;

const edits: readonly Edit[] = [
  number,
  number,
  number,
  word,
  word,
  line,
  line,
  swap,
  drop,
  repeat,
  indent,
  odd,
];

/** Puts something in place of one match of a pattern, in some line. */
function replace(tree: string[], pattern: RegExp, random: Random, value: () => string): string[] {
  const at = random.below(tree.length);
  const matches = [...tree[at]!.slice(0, MAX_LINE).matchAll(pattern)];
  if (matches.length === 0) return tree;
  const { index, 0: found } = random.pick(matches);
  return tree.with(at, tree[at]!.slice(0, index) + value() + tree[at]!.slice(index + found.length));
}

function number(tree: string[], _: readonly string[], random: Random): string[] {
  return replace(tree, /-?\d+(?:\.\d+)?/g, random, () => String(random.pick([...NUMBERS, ...ODD_NUMBERS])));
}

function word(tree: string[], donor: readonly string[], random: Random): string[] {
  const words = random.pick(donor).match(/\w+/g) ?? [''];
  return replace(tree, /\w+/g, random, () => {
    if (random.once(200)) return LONG_TEXT;
    return random.once(3) ? random.pick(TEXTS) : random.pick(words);
  });
}

function line(tree: string[], donor: readonly string[], random: Random): string[] {
  const from = random.below(donor.length);
  const taken = donor.slice(from, from + random.few());
  return tree.toSpliced(random.below(tree.length + 1), random.below(2), ...taken);
}

function swap(tree: string[], _: readonly string[], random: Random): string[] {
  const [a, b] = [random.below(tree.length), random.below(tree.length)];
  return tree.with(a, tree[b]!).with(b, tree[a]!);
}

function drop(tree: string[], _: readonly string[], random: Random): string[] {
  return tree.length > 1 ? tree.toSpliced(random.below(tree.length), random.few()) : tree;
}

function repeat(tree: string[], _: readonly string[], random: Random): string[] {
  const from = random.below(tree.length);
  const part = tree.slice(from, from + random.few() * random.few());
  const times = random.once(20) ? 1000 : random.few();
  const all = Array.from({ length: times }, () => part)
    .flat()
    .slice(0, MAX_LINES);
  return [...tree.slice(0, from), ...all, ...tree.slice(from)];
}

function indent(tree: string[], _: readonly string[], random: Random): string[] {
  const at = random.below(tree.length);
  const space = random.pick(['', ' ', '  ', '\t', '- ', '# ', '    ', '? ', ': ']);
  return tree.with(at, space + (random.once(2) ? tree[at]!.trimStart() : tree[at]!));
}

/** What YAML, JSON and Darknet files have besides words and numbers. */
function odd(tree: string[], _: readonly string[], random: Random): string[] {
  const at = random.below(tree.length);
  const column = random.below(Math.min(MAX_LINE, tree[at]!.length) + 1);
  const text = random.pick([
    ...[
      '&a ',
      '*a',
      '<<: *a',
      '!!binary ',
      '!!set ',
      '!own ',
      '---',
      '...',
      '%YAML 1.1',
      '| ',
      '> ',
      '"',
      "'",
    ],
    ...['[', ']', '{', '}', ',', ':', '=', '#', ';', '\r', '\u0085', '\u2028', '\ufeff', '\\', '\\u0000'],
    ...['['.repeat(100), '{a: '.repeat(70), '- '.repeat(200), ','.repeat(20_000), 'a=1,'.repeat(3000)],
  ]);
  return tree.with(at, tree[at]!.slice(0, column) + text + tree[at]!.slice(column));
}
