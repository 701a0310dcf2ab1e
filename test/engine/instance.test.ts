import { describe, expect, test } from 'vitest';
import { Header, Layer } from '../../assembly/schedule/layout.ts';
import { EngineInstance } from '../../src/engine/instance.ts';
import { ClsaCimError } from '../../src/errors.ts';
import { lower } from '../../src/workload/problem.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const { words } = lower(zooNetwork('tinyyolov4'), 'row');
/** More than an instance keeps. */
const LARGE_WORDS = 2 ** 25;

function loaded(): EngineInstance {
  const instance = new EngineInstance('no memory');
  instance.load(words);
  expect(instance.call((exports) => exports.analyse(instance.start))).toBeTruthy();
  return instance;
}

describe('an instance', () => {
  test('gives records of what is loaded', () => {
    const { memory, start } = loaded();
    const header = memory.record<Header>(start);
    expect(header.word(Header.LAYERS)).toBe(words[Header.LAYERS]);
    for (const index of [0, 3]) {
      const layer = memory.recordOf<Layer>(start + Header.WORDS * 4, index, Layer.WORDS);
      expect(layer.word(Layer.HEIGHT)).toBe(words[Header.WORDS + index * Layer.WORDS + Layer.HEIGHT]);
    }
  });

  test('sees its memory as it is after it has grown', () => {
    const instance = loaded();
    const before = instance.memory;
    instance.reserve(LARGE_WORDS);
    expect(instance.memory).not.toBe(before);
    expect(instance.memory.words(instance.start, words.length)).toHaveLength(words.length);
  });

  test('is handed on when it is released, and dropped when it is large', () => {
    const small = loaded();
    const exports = small.exports;
    small.release();
    expect(small.isThere).toBe(false);
    const next = loaded();
    expect(next.exports).toBe(exports);
    next.reserve(LARGE_WORDS);
    expect(next.isLarge).toBe(true);
    next.release();
    expect(loaded().exports).not.toBe(exports);
  });

  test('is dropped where memory ends, with what its user says of that', () => {
    const instance = loaded();
    const exports = instance.exports;
    expect(() => instance.reserve(2 ** 30)).toThrow(
      new ClsaCimError('no memory', 'input', { code: 'OUT_OF_MEMORY' }),
    );
    expect(instance.isThere).toBe(false);
    instance.load(words);
    expect(instance.exports).not.toBe(exports);
  });
});
