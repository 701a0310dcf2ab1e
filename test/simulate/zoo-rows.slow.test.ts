import { hasMovement, testZooOnPresets } from './zoo-on-presets.ts';

const isQuick = (preset: string, network: string) => hasMovement(preset) && network !== 'llama_7b';

testZooOnPresets({ granularity: 'row', batch: 1, mostSeconds: 3, isPlayed: isQuick });
testZooOnPresets({
  ...{ granularity: 'row', batch: 1, mostSeconds: 30 },
  isPlayed: (preset, network) => !isQuick(preset, network),
});
