import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseBits, withBits } from '../../src/accuracy/bits-file.ts';
import { parseNoise } from '../../src/accuracy/noise-file.ts';
import { curveAt, noiseLevels } from '../../src/accuracy/noise-levels.ts';
import type { Curve, NoiseModel } from '../../src/accuracy/noise-model.ts';
import { findNoisePreset, noisePresets } from '../../src/accuracy/noise-presets.ts';
import { normalArchitecture } from '../../src/architecture/normal-architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { messageOf } from '../thrown.ts';

const layers = [{ name: 'conv1' }, { name: 'constructor' }, { name: '7' }];

describe('a file of bits', () => {
  test('gives bits by layer; what it leaves out is that of the chip', () => {
    const bits = parseBits(
      'conv1: { weightBits: 4, adcBits: 6 }\nconstructor: {}\n7: {activationBits: 2}',
      'b',
      layers,
    );
    expect(bits).toEqual(
      new Map([
        ['conv1', { weightBits: 4, adcBits: 6 }],
        ['constructor', {}],
        ['7', { activationBits: 2 }],
      ]),
    );
    const { arithmetic } = normalArchitecture(paper);
    expect(withBits(arithmetic, bits.get('conv1'))).toEqual({ ...arithmetic, weightBits: 4, adcBits: 6 });
    expect(withBits(arithmetic, bits.get('another'))).toEqual(arithmetic);
  });

  test.each([
    ['conv2: {}', 'bits.yaml: no base layer is called "conv2"; did you mean "conv1"?'],
    ['conv1: 8', 'bits.yaml: conv1: must be a mapping of fields (key: value), found 8'],
    [
      'conv1: { weightBits: 0 }',
      'bits.yaml: conv1: weightBits: must be a whole number from 1 to 64, found 0',
    ],
    ['conv1: { adcBits: 33 }', 'must be a whole number from 1 to 32, found 33'],
    ['conv1: { weigthBits: 8 }', 'unknown field; did you mean "weightBits"?'],
    [
      '[8, 8]',
      'bits.yaml: must be a mapping from layers to weightBits, activationBits and adcBits, found a list',
    ],
    [`${'x'.repeat(1000)}: {}`, 'no base layer is called'],
  ])('%s is refused', (text, message) => {
    expect(messageOf(() => parseBits(text, 'bits.yaml', layers))).toContain(message);
  });
});

describe('a file of noise', () => {
  const whole: NoiseModel = {
    ...{ name: 'mine', description: 'what it is', source: 'where from', gMinUs: 1, gMaxUs: 9 },
    ...{ distribution: 'lognormal', sigmaUs: { of: 'share', polynomial: [1, 2], min: 0, max: 3 } },
    ...{ stuckOn: 0.1, stuckOff: 0.9, read: { sigma: 0.01, windowSeconds: 1e-6 } },
    drift: { nu: { logarithm: [-1, 2] }, nuSigma: { power: [1, 0.5] }, t0Seconds: 1, seconds: 0 },
    ...{ compensatesDrift: true, removesGMin: false },
  };

  test('may have all of its fields, or two', () => {
    expect(parseNoise(stringify(whole), 'noise.yaml')).toEqual(whole);
    expect(parseNoise('gMinUs: 0\ngMaxUs: 1', 'noise.yaml')).toEqual({ gMinUs: 0, gMaxUs: 1 });
  });

  test.each([
    ['gMaxUs: 3', 'noise.yaml: gMinUs: is missing; add it'],
    ['{ gMinUs: 5, gMaxUs: 5 }', 'noise.yaml: gMaxUs: must be more than gMinUs, 5'],
    ['{ gMinUs: -1, gMaxUs: 5 }', 'noise.yaml: gMinUs: must be a number from 0 to 1000000000000, found -1'],
    ['{ gMinUs: 0, gMaxUs: .inf }', 'noise.yaml: gMaxUs: must be a number from 0'],
    ['{ gMinUs: 0, gMaxUs: 5, sigma: 2 }', 'noise.yaml: sigma: unknown field; did you mean "sigmaUs"?'],
    ['{ gMinUs: 0, gMaxUs: 5, stuckOn: 2 }', 'noise.yaml: stuckOn: must be a share from 0 to 1, found 2'],
    [
      '{ gMinUs: 0, gMaxUs: 5, stuckOn: 0.6, stuckOff: 0.6 }',
      'noise.yaml: stuckOn: with stuckOff it is more than 1',
    ],
    ['{ gMinUs: 0, gMaxUs: 5, sigmaUs: wide }', 'sigmaUs'],
    ['{ gMinUs: 0, gMaxUs: 5, sigmaUs: .nan }', 'sigmaUs: must be a number'],
    ['{ gMinUs: 0, gMaxUs: 5, sigmaUs: {} }', 'give one of polynomial, logarithm and power'],
    [
      '{ gMinUs: 0, gMaxUs: 5, sigmaUs: { polynomial: [] } }',
      'polynomial: must be a list of 1 to 16 numbers',
    ],
    ['{ gMinUs: 0, gMaxUs: 5, sigmaUs: { power: [1] } }', 'power'],
    [
      '{ gMinUs: 0, gMaxUs: 5, sigmaUs: { power: [1, 2], polynomial: [1] } }',
      'give one of polynomial, logarithm and power',
    ],
    ['{ gMinUs: 0, gMaxUs: 5, drift: { nu: 1, seconds: 1 } }', 'drift.t0Seconds: is missing; add it'],
    ['{ gMinUs: 0, gMaxUs: 5, drift: { nu: 1, seconds: 1, t0Seconds: 0 } }', 'a number of seconds above 0'],
    [
      '{ gMinUs: 0, gMaxUs: 5, sigmaUs: { polynomial: [1], min: 3, max: 1 } }',
      'max: must be at least min, 3',
    ],
    [
      '{ gMinUs: 0, gMaxUs: 5, read: { sigma: 0.1, windowSeconds: 1 } }',
      'noise.yaml: read: windowSeconds says how noise grows with time, and no time is given; add drift',
    ],
    [
      '{ gMinUs: 0, gMaxUs: 5, read: { sigma: 0.1, windowSeconds: 8 }, drift: { nu: 0, t0Seconds: 2, seconds: 5 } }',
      'noise.yaml: read: windowSeconds must be at most drift.t0Seconds + drift.seconds, 7, found 8',
    ],
    ['{ gMinUs: 0, gMaxUs: 5, distribution: uniform }', 'distribution: must be gaussian or lognormal'],
  ])('%s is refused', (text, message) => {
    expect(messageOf(() => parseNoise(text, 'noise.yaml'))).toContain(message);
  });
});

describe('a curve', () => {
  test.each<readonly [Curve, number]>([
    [3, 3],
    [{ polynomial: [1, 2, 3] }, 1 + 2 * 5 + 3 * 25],
    [{ of: 'share', polynomial: [1, 2, 3] }, 1 + 2 * 0.5 + 3 * 0.25],
    [{ of: 'share', logarithm: [2, 1] }, 2 * Math.log(0.5) + 1],
    [{ power: [2, -1] }, 0.4],
    [{ polynomial: [-4], min: 0 }, 0],
    [{ polynomial: [40], max: 7 }, 7],
    [{ polynomial: [5], min: 0, max: 7 }, 5],
  ])('%j', (curve, value) => {
    expect(curveAt(curve, 5, 10)).toBeCloseTo(value, 12);
  });

  test.each<readonly [Partial<NoiseModel>, number, string]>([
    [{ sigmaUs: { polynomial: [1, -1] } }, 2, 'noise: sigmaUs is -1 at 2 µS; give it min, or max'],
    [{ read: { sigma: { power: [1, -1] } } }, 2, 'noise: read.sigma is Infinity at 0 µS'],
    [{ sigmaUs: 1e300 }, 2, 'noise: sigmaUs is 1e+300 at 0 µS, more than 6000; give less, or max'],
    [{ read: { sigma: 1001 } }, 2, 'noise: read.sigma is 1001 at 0 µS, more than 1000'],
    [{}, 17, 'noise: cells of 17 bits have too many levels; give cells of at most 16 bits'],
  ])('that is no deviation is refused: %j', (more, cellBits, message) => {
    expect(messageOf(() => noiseLevels({ gMinUs: 0, gMaxUs: 6, ...more }, cellBits))).toContain(message);
  });
});

describe('presets of noise', () => {
  test.each(noisePresets)('$name is legal, has a source, and a figure at every level', (preset) => {
    expect(parseNoise(stringify(preset), preset.name)).toEqual(preset);
    expect(findNoisePreset(preset.name.toUpperCase())).toBe(preset);
    expect(preset.source.length).toBeGreaterThan(40);
    for (const cellBits of [1, 4, 8]) expect(noiseLevels(preset, cellBits).every(Number.isFinite)).toBe(true);
  });

  test('have the deviations of the fits that they name', () => {
    const sigma = (name: string, conductanceUs: number) => {
      const preset = findNoisePreset(name);
      return curveAt(preset?.sigmaUs ?? 0, conductanceUs, preset?.gMaxUs ?? 0);
    };
    expect(sigma('rram-milo', 50)).toBeCloseTo(4.326971, 6);
    expect(sigma('rram-milo', 225)).toBeCloseTo(2.733246, 6);
    expect(sigma('rram-wan', 10)).toBeCloseTo(2.4136, 6);
    expect(sigma('rram-wan-1d', 40)).toBeCloseTo(2.651, 6);
    expect(sigma('rram-wan-2d', 20)).toBeCloseTo(3.929, 3);
    expect(sigma('pcm-joshi', 25)).toBeCloseTo(1.05538, 6);
    expect(sigma('pcm-hermes', 10.35)).toBeCloseTo(1.00756735, 6);
    expect(findNoisePreset('rram-none')).toBeUndefined();
  });
});
