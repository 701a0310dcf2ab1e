import { ClsaCimError } from '../errors.ts';
import { reasonOf } from '../input/show.ts';

let compiled: WebAssembly.Module | undefined;
let find: (() => Uint8Array<ArrayBuffer>) | undefined;

/**
 * The compiled engine. A module holds no state and can be sent to worker threads, so it is compiled once.
 *
 * @throws ClsaCimError where nobody has said where it is.
 */
export function engineModule(): WebAssembly.Module {
  if (compiled !== undefined) return compiled;
  if (find === undefined) {
    throw new ClsaCimError(
      'the engine is not there yet; call useEngine with the content of clsa-cim/engine.wasm first',
      'usage',
    );
  }
  compiled = new WebAssembly.Module(find());
  return compiled;
}

/**
 * Says which engine to use, once, before anything is scheduled. Only `clsa-cim/core` needs it; the other entry points
 * find the engine by themselves.
 *
 * @param engine The file `clsa-cim/engine.wasm`: its bytes, or the `WebAssembly.Module` that was compiled of them, such as
 *   another thread's.
 * @throws ClsaCimError where it is neither.
 */
export function useEngine(engine: object): void {
  compiled = isModule(engine) ? engine : compile(engine);
}

/** Says how the bytes of the engine are found where none was given; for those entry points that know. */
export function findEngineBy(bytes: () => Uint8Array<ArrayBuffer>): void {
  find = bytes;
}

/** By what the language calls it: it may be of another window, whose class is another one. */
function isModule(engine: object): engine is WebAssembly.Module {
  return Object.prototype.toString.call(engine) === '[object WebAssembly.Module]';
}

function compile(engine: object): WebAssembly.Module {
  try {
    // What is no bytes, or bytes of something else, is refused.
    return new WebAssembly.Module(engine as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw new ClsaCimError(
      `engine: must be the content of clsa-cim/engine.wasm, or a WebAssembly.Module of it (${reasonOf(error)})`,
      'usage',
    );
  }
}
