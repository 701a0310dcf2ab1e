import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** A script for browsers. */
export interface Bundle {
  /** Sets the global variable `tour` to what the entry file exports. */
  readonly code: string;
  /** What it would need of Node, and who imports it. */
  readonly ofNode: readonly string[];
}

/** Makes one script of a file of this folder and all that it imports, as web pages are built. */
export async function bundle(entry: string): Promise<Bundle> {
  const ofNode: string[] = [];
  const build = await rolldown({
    input: fileURLToPath(new URL(entry, import.meta.url)),
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'imports-of-node',
        resolveId(source, importer) {
          if (!isBuiltin(source)) return null;
          ofNode.push(`${source}, imported by ${importer}`);
          return { id: source, external: true };
        },
      },
    ],
  });
  try {
    const { output } = await build.generate({ format: 'iife', name: 'tour' });
    return { code: output[0].code, ofNode };
  } finally {
    await build.close();
  }
}
