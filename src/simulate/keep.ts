import { flag, type OptionSchemas } from '../input/options.ts';
import { type KeepUse, keepUseSchema } from './play/use.ts';

/** What a simulation keeps besides its figures, for pictures and files. */
export interface KeepOptions {
  /** Keep the start and the finish of every set: `sets` of the result. */
  readonly keepSets?: boolean | undefined;
  /** Keep where every copy lies, and the tiles and links of the chip: `placement` and `mesh` of the result. */
  readonly keepPlacement?: boolean | undefined;
  /** Keep the sets that made it as long as it is: `criticalSets` of the result. */
  readonly keepCriticalPath?: boolean | undefined;
  /**
   * Keep what is used over time of layers, links, buffers and GPEUs: `use` of the result. `true` takes at most 256 bins,
   * whatever the length; `{ bins }` at most so many, from 2 to 65,536.
   */
  readonly keepUse?: KeepUse | undefined;
}

/** What the options have to be. */
export const keepSchemas: OptionSchemas<KeepOptions> = {
  keepSets: flag,
  keepPlacement: flag,
  keepCriticalPath: flag,
  keepUse: keepUseSchema,
};
