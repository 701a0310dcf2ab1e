import { ClsaCimError } from '../../errors.ts';
import { type Plan, planProgram } from '../../execute/plan.ts';
import { wantedConstants } from '../../execute/wanted.ts';
import { naming } from '../../input/naming.ts';
import { oneLine } from '../../input/show.ts';
import { formatOf } from '../../load/format.ts';
import { loadOnnxProgram } from '../../load/onnx/index.ts';
import { checkPayloads, hasPayload } from '../../load/onnx/payload.ts';
import type { LoadOptions } from '../../load/options.ts';
import type { Program } from '../../load/program.ts';
import type { Network } from '../../network/network.ts';
import { WeightFiles } from '../external-data.ts';

/** Where weights come from: those of the file, random ones where it has none; or random ones in any case. */
export type WeightOrigin = 'file' | 'random';

/** What a model that is executed is opened with. */
export interface ExecutableOptions extends LoadOptions {
  /** Seed of values that the file does not have; 1 by default. */
  readonly seed?: number | undefined;
  /** `file` by default. */
  readonly weights?: WeightOrigin | undefined;
}

/** An ONNX file that can be executed. Its weights stay in it, and in the files beside it, until they are needed. */
export class ExecutableModel {
  readonly network: Network;
  readonly program: Program;
  readonly files: WeightFiles;
  /** Seed of values that the file does not have. */
  readonly seed: number;
  readonly #path: string;
  readonly #isRandom: boolean;

  /**
   * Opens and loads the file, which is to be closed in the end.
   *
   * @throws ClsaCimError in some lines that name the file: it is none, is damaged, or its weights are not there.
   */
  constructor(path: string, options: ExecutableOptions = {}) {
    const { seed = 1, weights = 'file', ...loading } = options;
    this.#path = path;
    this.#isRandom = weights === 'random';
    this.seed = seed;
    this.files = naming(path, () => new WeightFiles(path));
    try {
      const { network, program } = naming(path, () => this.#load(loading));
      this.network = network;
      this.program = program;
    } catch (error) {
      this.files.close();
      throw error;
    }
  }

  /** True where the file has all values, and none of them is made up. */
  get isWhole(): boolean {
    return !this.#isRandom && [...this.program.constants.values()].every(hasPayload);
  }

  /**
   * Plans its execution; each machine needs a plan of its own.
   *
   * @throws ClsaCimError (`NOT_EXECUTABLE`) that names the operators that cannot be executed.
   */
  plan(): Plan {
    const { files, seed } = this;
    return naming(this.#path, () => planProgram(this.program, { files, seed, isRandom: this.#isRandom }));
  }

  /** Closes all files. */
  close(): void {
    this.files.close();
  }

  #load(options: LoadOptions): { readonly network: Network; readonly program: Program } {
    const format = formatOf(this.files.model);
    if (format !== 'onnx') {
      throw new ClsaCimError(
        `${oneLine(this.#path)} is a ${format} file, which has no weights; to execute it takes an ONNX file`,
      );
    }
    const loaded = loadOnnxProgram(this.files.model, this.#path, options);
    // Of weights that are made up no file needs to be there.
    if (!this.#isRandom) checkPayloads(wantedConstants(loaded.program), this.files);
    return loaded;
  }
}
