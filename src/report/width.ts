/** Text that takes a column a character, with the signs that the command line uses itself. */
const NARROW = /^[\n\x20-\x7e\xa1-\xac\xae-\xff\u2013\u2018-\u201d\u2026\u2192\u2212\u2500-\u259f]*$/;
const ELLIPSIS = '…';
/** No text is broken into more lines than this: names are anybody's, and may be endless. */
const MAX_LINES = 20;

/** Knows wide characters and those that combine. Loading it takes a while, and hardly any text needs it. */
let widthOfAny = (text: string): number => text.length;

/** Sees to it that {@link widthOf} is right for all that this text is of. */
export async function loadWidthsFor(text: string): Promise<void> {
  if (!NARROW.test(text)) widthOfAny = (await import('string-width')).default;
}

/** Columns of a terminal that a text takes, which has no characters that act on it. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : widthOfAny(text);
}

/** A text of at most so many columns: where it is longer, its middle is left out. */
export function shortened(text: string, columns: number): string {
  // Nothing takes less than half a unit a column, but for marks that pile up.
  if (text.length <= columns && widthOf(text) <= columns) return text;
  if (columns < 3) return beginning([...pieces(text.slice(0, 99))], columns);
  if (text.length < 8 * columns && widthOf(text) <= columns) return text;
  const behind = Math.floor((columns - 1) / 2);
  const end = beginning([...pieces(text.slice(-8 * columns))].reverse(), behind, true);
  const start = beginning([...pieces(text.slice(0, 8 * columns))], columns - 1 - widthOf(end));
  return `${start.trimEnd()}${ELLIPSIS}${end.trimStart()}`;
}

function* pieces(text: string): Generator<string> {
  for (const { segment } of new Intl.Segmenter().segment(text)) yield segment;
}

/** As many of the characters as so many columns hold; those of the end come in reverse. */
function beginning(characters: readonly string[], columns: number, isReverse = false): string {
  let text = '';
  let width = 0;
  for (const character of characters) {
    width += widthOf(character);
    if (width > columns) break;
    text = isReverse ? character + text : text + character;
  }
  return text;
}

/** A text broken between words into lines of at most so many columns; words that are longer are shortened. */
export function wrapped(text: string, columns: number): string[] {
  if (columns === Number.POSITIVE_INFINITY) return [text];
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(' ')) {
    const shown = shortened(word, columns);
    const own = widthOf(shown);
    if (line !== '' && width + 1 + own > columns) {
      lines.push(line);
      line = '';
      if (lines.length === MAX_LINES) return [...lines.slice(0, -1), goingOn(lines.at(-1)!, columns)];
    }
    width = line === '' ? own : width + 1 + own;
    line = line === '' ? shown : `${line} ${shown}`;
  }
  return [...lines, line];
}

/** A line behind which text is left out. */
function goingOn(line: string, columns: number): string {
  return `${beginning([...pieces(line)], columns - 2).trimEnd()} ${ELLIPSIS}`;
}

/** A text with spaces in front of it or behind, so that it takes so many columns. */
export function padded(text: string, columns: number, isRight: boolean): string {
  const spaces = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return isRight ? spaces + text : text + spaces;
}
