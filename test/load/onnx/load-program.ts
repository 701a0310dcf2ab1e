import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { type LoadedProgram, loadOnnxProgram } from '../../../src/load/onnx/index.ts';
import type { LoadOptions } from '../../../src/load/options.ts';
import type { Program, ProgramStep } from '../../../src/load/program.ts';
import { withFile } from '../../../src/node/file-bytes.ts';
import { type ModelSpec, model } from './onnx-writer.ts';

/** Loads an ONNX file with its program. */
export function loadProgramFile(path: string, options: LoadOptions = {}): LoadedProgram {
  return withFile(path, (bytes) => loadOnnxProgram(bytes, path, options));
}

/** Loads a model that a test has written down, with its program. */
export function loadProgram(spec: ModelSpec, options: LoadOptions = {}): LoadedProgram {
  return loadOnnxProgram(bytesInMemory(model(spec)), 'test.onnx', options);
}

/** Steps by the name of their node. */
export function stepOf({ steps }: Program, name: string): ProgramStep {
  const found = steps.find((step) => step.name === name);
  if (found === undefined) throw new Error(`there is no step ${name}`);
  return found;
}
