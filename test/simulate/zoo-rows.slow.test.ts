import { testZooOnPresets } from './zoo-on-presets.ts';

testZooOnPresets({ granularity: 'row', batch: 1, mostSeconds: 3 });
testZooOnPresets({ granularity: 'row', batch: 8, mostSeconds: 10 });
