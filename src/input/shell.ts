/** A word that no shell takes for anything else. */
const PLAIN_WORD = /^[\w%+:,./@-][\w%+:,./@=-]*$/;

/** An argument as shells take it. */
export function quoted(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
