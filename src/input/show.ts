/** Values are quoted up to this many characters. */
const SHOWN_LENGTH = 60;

/** Reasons that come from elsewhere are given up to this many characters. */
const REASON_LENGTH = 300;

/** A value of any kind as part of a one-line message. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(cut(value)).replaceAll(HIDDEN, escaped);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object') return kindOf(value);
  return String(value);
}

/** A character as JSON, or JavaScript beyond 16 bits, writes it where it is not to be seen. */
function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** What an object is that is no list: a mapping, or by the name that the language has for it, such as a Promise. */
function kindOf(value: object): string {
  const tag = oneLine(Object.prototype.toString.call(value).slice('[object '.length, -1));
  if (tag === 'Object') return 'a mapping';
  return `${/^[AEIO]/.test(tag) ? 'an' : 'a'} ${cut(tag)}`;
}

/**
 * What acts on a terminal or on the order of what is read, instead of being seen: control characters, marks of
 * direction and other formats, separators of lines, halves of pairs.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;

/** Of these what JSON leaves as it is. */
const HIDDEN = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What most texts are: seen characters of western languages and arrows, with single spaces between them. */
const PLAIN = /^[!-~\xa1-\xac\xae-\xff\u2192]+(?: [!-~\xa1-\xac\xae-\xff\u2192]+)*$/;

/** Text from elsewhere for a terminal: on one line, without anything that is not seen. */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(UNSEEN, ' ').trim();
}

/** Why something failed, from whatever was thrown: it may be anything, even what is no text when asked for it. */
export function reasonOf(error: unknown): string {
  try {
    return oneLine(String(error instanceof Error ? error.message : error)).slice(0, REASON_LENGTH);
  } catch {
    return 'it has thrown something that says nothing';
  }
}

/** A name on one line, cut in the middle where it is longer than an even number of characters. */
export function nameUpTo(longest: number, name: string): string {
  const shown = oneLine(name);
  if (shown.length <= longest) return shown;
  const half = longest / 2;
  // A cut may go through a character that takes two units.
  return oneLine(`${shown.slice(0, half - 1)}…${shown.slice(-half)}`);
}

function cut(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
