/** How a formula begins in a spreadsheet, with what it skips in front of it. */
const FORMULA = /^[\s\p{Cc}]*[=+\-@＝＋－＠]/u;

/** Text from elsewhere for a field of a CSV file: what a spreadsheet would compute gets an apostrophe in front. */
export function csvField(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
