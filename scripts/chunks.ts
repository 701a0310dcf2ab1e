import { resolve } from 'node:path';
import type { ChunkingContext, CodeSplittingGroup } from 'rolldown';

/**
 * The modules that are loaded for every command, for the one that starts most often, and for a model file: each with all
 * that it loads goes to one file, since to open a file takes longer than to compile most modules. A module goes to the first of them.
 */
const ROOTS = {
  run: ['src/cli/run.ts'],
  schedule: ['src/cli/commands/schedule.ts'],
  // The second one is shared by loaders.
  'model-file': ['src/node/file-lazily.ts', 'src/load/expansion.ts'],
};

/** What rolldown adds itself. */
const RUNTIME = /^\0rolldown/;

/** The chunks of the command line that start; all other modules are dealt out by who shares them. */
export function startGroups(): CodeSplittingGroup[] {
  return Object.entries(ROOTS).map(([chunk, roots], i, { length }) => {
    let closure: ReadonlySet<string> | undefined;
    return {
      debugName: chunk,
      priority: length - i,
      name(module, context) {
        closure ??= closureOf(roots, context);
        return closure.has(module) || (i === 0 && RUNTIME.test(module)) ? chunk : null;
      },
    };
  });
}

/** All modules that are loaded with some, themselves among them. */
function closureOf(roots: readonly string[], context: ChunkingContext): ReadonlySet<string> {
  const closure = new Set(roots.map((root) => resolve(root)));
  for (const module of closure) {
    for (const imported of context.getModuleInfo(module)?.importedIds ?? []) closure.add(imported);
  }
  return closure;
}
