export { type Architecture, columnsPerWeight, mvmLatencyNs } from './architecture.ts';
export { architectureToYaml, parseArchitecture } from './file.ts';
export { architecturePresets, findPreset } from './presets.ts';
export { readArchitecture } from './read.ts';
