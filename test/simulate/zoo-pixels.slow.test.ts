import { testZooOnPresets } from './zoo-on-presets.ts';

testZooOnPresets({ granularity: 'pixel', batch: 1, mostSeconds: 10 });
