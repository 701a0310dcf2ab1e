import type { OneSizeArchitecture } from './architecture.ts';
import { cimAq } from './presets/cim-aq.ts';
import { isaac } from './presets/isaac.ts';
import { neurram } from './presets/neurram.ts';
import { paper } from './presets/paper.ts';
import { puma } from './presets/puma.ts';
import { raella } from './presets/raella.ts';
import { sramDcim } from './presets/sram-dcim.ts';

export { paper };

/** Published architectures, the default first; `source` and `description` say where the numbers are from. */
export const architecturePresets: readonly OneSizeArchitecture[] = [
  paper,
  isaac,
  puma,
  raella,
  cimAq,
  sramDcim,
  neurram,
];

/** The preset of this name, in upper or lower case; undefined where there is none. */
export function findPreset(name: string): OneSizeArchitecture | undefined {
  return architecturePresets.find((preset) => preset.name === name.toLowerCase());
}
