export { type Architecture, clockNs, columnsPerWeight, mvmCycles, mvmLatencyNs } from './architecture.ts';
export { type Area, areaOf, cellsOf } from './area.ts';
export type { Chip } from './chip.ts';
export { type CrossbarClass, crossbarClasses } from './crossbar.ts';
export { architectureToYaml, parseArchitecture } from './file.ts';
export { architecturePresets, findPreset } from './presets.ts';
export { tileCount } from './tiles.ts';
