import { flag, type OptionSchemas } from '../input/options.ts';

/** What a simulation keeps besides its figures, for pictures and files. */
export interface KeepOptions {
  /** Keep the start and the finish of every set: `sets` of the result. */
  readonly keepSets?: boolean | undefined;
  /** Keep where every copy lies, and the tiles and links of the chip: `placement` and `mesh` of the result. */
  readonly keepPlacement?: boolean | undefined;
}

/** What the options have to be. */
export const keepSchemas: OptionSchemas<KeepOptions> = { keepSets: flag, keepPlacement: flag };
