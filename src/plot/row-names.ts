import { label } from './label.ts';

/** What names are made of ends at such a character. */
const SEPARATOR = /[/._:-]/g;
/** Parts of a name are looked for in so many characters at either end. */
const LOOKED_AT = 200;
/** A part is common where such a share of the names has it. */
const COMMON = 0.5;

/** Names of rows in so many characters at most, cut where it leaves the most of them different. */
export function rowNames(names: readonly string[], most: number): string[] {
  const plain = names.map((name) => label(name, most));
  const wanted = new Set(names).size;
  let [best, told] = [plain, new Set(plain).size];
  if (told === wanted) return best;
  const start = commonStart(names);
  const end = reversed(commonStart(names.map((name) => reversed(name.slice(-LOOKED_AT)))));
  for (const [first, last] of [
    ['', end],
    [start, ''],
    [start, end],
  ] as const) {
    const labels = names.map((name) => label(without(name, first, last), most));
    const count = new Set(labels).size;
    if (count > told) [best, told] = [labels, count];
  }
  return best;
}

/** The longest beginning, up to a separator, that many of the names have. */
function commonStart(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const looked = name.slice(0, LOOKED_AT);
    for (const { index } of looked.matchAll(SEPARATOR)) {
      const start = looked.slice(0, index + 1);
      counts.set(start, (counts.get(start) ?? 0) + 1);
    }
  }
  let longest = '';
  for (const [start, count] of counts) {
    if (count >= Math.max(2, names.length * COMMON) && start.length > longest.length) longest = start;
  }
  return longest;
}

/** A name with dots for what it has in common with others. */
function without(name: string, start: string, end: string): string {
  const hasStart = start !== '' && name.startsWith(start);
  const hasEnd = end !== '' && name.endsWith(end) && name.length > start.length + end.length;
  const rest = name.slice(hasStart ? start.length : 0, hasEnd ? -end.length : undefined);
  return `${hasStart ? '…' : ''}${rest}${hasEnd ? '…' : ''}`;
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}
