import { hasMovement, isHuge, testZooOnPresets } from './zoo-on-presets.ts';

const isQuick = (preset: string, network: string) => hasMovement(preset) && !isHuge(preset, network);

testZooOnPresets({ granularity: 'row', batch: 1, mostSeconds: 3, isPlayed: isQuick });
testZooOnPresets({ granularity: 'row', batch: 1, mostSeconds: 120, isPlayed: isHuge });
testZooOnPresets({
  ...{ granularity: 'row', batch: 1, mostSeconds: 30 },
  isPlayed: (preset) => !hasMovement(preset),
});
