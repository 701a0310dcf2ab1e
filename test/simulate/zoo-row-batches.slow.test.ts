import { hasMovement, testZooOnPresets } from './zoo-on-presets.ts';

// LLaMA has two hundred times the weights of these chips, and takes a minute for eight inferences: one has to do (zoo-rows).
testZooOnPresets({
  ...{ granularity: 'row', batch: 8, mostSeconds: 60 },
  isPlayed: (preset, network) => !(hasMovement(preset) && network === 'llama_7b'),
});
