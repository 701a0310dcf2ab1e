import { isHuge, testZooOnPresets } from './zoo-on-presets.ts';

// LLaMA takes a minute for an inference there: one has to do (zoo-rows).
testZooOnPresets({
  ...{ granularity: 'row', batch: 8, mostSeconds: 60 },
  isPlayed: (preset, network) => !isHuge(preset, network),
});
