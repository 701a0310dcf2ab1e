export type {
  Architecture,
  CommonFields as CommonArchitectureFields,
  GivenFields as ArchitectureFields,
  OneSizeArchitecture,
  SeveralSizesArchitecture,
} from './architecture.ts';
export { type Area, areaOf, cellsOf } from './area.ts';
export type { Arithmetic } from './arithmetic.ts';
export type { Chip } from './chip.ts';
export type { CountedCrossbarClass, CrossbarClass, Crossbars } from './crossbar.ts';
export { architectureToYaml, parseArchitecture } from './file.ts';
export {
  type AnyArchitecture,
  clockNs,
  columnsPerWeight,
  crossbarClasses,
  mvmCycles,
  mvmLatencyNs,
  type NormalArchitecture,
  normalArchitecture,
} from './normal-architecture.ts';
export type { ChipTiles, NormalChip } from './normal-chip.ts';
export { architecturePresets, findPreset } from './presets.ts';
export { tileCount } from './tiles.ts';
export type { Writing } from './writing.ts';
