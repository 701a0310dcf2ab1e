/** Tests import files of `src` by themselves; this tells them all where the engine is, as the entry points do. */
import '../src/node/engine-file.ts';
