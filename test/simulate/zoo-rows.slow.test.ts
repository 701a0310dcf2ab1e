import { hasMovement, testZooOnPresets } from './zoo-on-presets.ts';

/** Two hundred times the weights of these chips. */
const isHuge = (preset: string, network: string) => hasMovement(preset) && network === 'llama_7b';
const isQuick = (preset: string, network: string) => hasMovement(preset) && !isHuge(preset, network);

testZooOnPresets({ granularity: 'row', batch: 1, mostSeconds: 3, isPlayed: isQuick });
testZooOnPresets({ granularity: 'row', batch: 1, mostSeconds: 120, isPlayed: isHuge });
testZooOnPresets({
  ...{ granularity: 'row', batch: 1, mostSeconds: 30 },
  isPlayed: (preset) => !hasMovement(preset),
});
