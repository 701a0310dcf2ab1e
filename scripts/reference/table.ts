/** A table in Markdown; cells may have Markdown of their own. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
  return line(heads) + line(heads.map(() => '---')) + rows.map(line).join('');
}

/** Text as code in Markdown; nothing stays nothing. */
export const code = (text: string) => (text === '' ? '' : `\`${text}\``);
