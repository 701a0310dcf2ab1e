import { hasMovement, testZooOnPresets } from './zoo-on-presets.ts';

// LLaMA is written thousands of times over, and most of its values go off the chip: one inference has to do (zoo-rows).
testZooOnPresets({
  ...{ granularity: 'row', batch: 8, mostSeconds: 60 },
  isPlayed: (preset, network) => !(hasMovement(preset) && network === 'llama_7b'),
});
