import { jsonDocument } from '../files/json-document.ts';
import { VERSION } from './version.ts';

/** Offers text to download as a file. */
export function save(name: string, type: string, ...content: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replaceAll(/[^\w.-]+/g, '-');
  link.click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Offers a result as the document that `--json` prints. */
export function saveResult(name: string, result: object): void {
  save(`${name}.json`, 'application/json', jsonDocument({ version: VERSION, ...result }));
}
