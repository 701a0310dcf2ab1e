import { hasMovement, testZooOnPresets } from './zoo-on-presets.ts';

// Where there are links, eight inferences at pixels take minutes and a gigabyte; so do those of LLaMA anywhere.
testZooOnPresets({
  ...{ granularity: 'pixel', batch: 8, mostSeconds: 60 },
  isPlayed: (preset, network) => !hasMovement(preset) && network !== 'llama_7b',
});
