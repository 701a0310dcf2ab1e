import { testPixelBatches } from './zoo-on-presets.ts';

testPixelBatches((preset) => preset === 'puma');
