import { hasMovement, testPixelBatches } from './zoo-on-presets.ts';

testPixelBatches((preset) => !hasMovement(preset));
