import { isHuge, testZooOnPresets } from './zoo-on-presets.ts';

testZooOnPresets({ granularity: 'pixel', batch: 1, mostSeconds: 120, isPlayed: isHuge });
testZooOnPresets({
  ...{ granularity: 'pixel', batch: 1, mostSeconds: 30 },
  isPlayed: (preset, network) => !isHuge(preset, network),
});
